import pino from 'pino'
import { env } from './env.ts'
import { dropWhatCannotBeWritten } from './output.ts'
import { Repeats } from './repeats.ts'

/** What may stand in a log line beside its message: ids and measures, never what a person typed. */
const allowed = [
  'requestId',
  'method',
  'path',
  'status',
  'durationMs',
  'bytes',
  'code',
  'constraint',
  'table',
  'tenantId',
  'listingId',
  'holdId',
  'appointmentId',
  'outboxId',
  'aggregate',
  'aggregateId',
  'workflowId',
  'runId',
  'topic',
  'kind',
  'step',
  'part',
  'reason',
  'attempt',
  'count',
  'suppressed',
  'port',
  'pid',
  'signal',
  'version',
  'delayMs',
  'err',
] as const

export type LogFields = { [K in Exclude<(typeof allowed)[number], 'err'>]?: string | number | boolean | null } & {
  err?: unknown
}

type SafeError = {
  name: string
  message?: string
  code?: string
  constraint?: string
  frames: string[]
  cause?: SafeError
}

/** Postgres repeats the value it could not read (class 22), drizzle repeats a query's parameters: neither may be logged. */
function safeMessage(error: Error & { code?: unknown }): string | undefined {
  if (typeof error.code === 'string' && /^2[23]...$/.test(error.code)) return undefined
  return error.message.split('\nparams:')[0]?.slice(0, 2_000)
}

/** An error as the log may show it: name, code, constraint, message without values, frames, and its causes. */
export function safeError(thrown: unknown, depth = 0): SafeError {
  if (!(thrown instanceof Error)) return { name: typeof thrown, frames: [] }
  const error = thrown as Error & { code?: unknown; constraint_name?: unknown }
  const safe: SafeError = {
    name: error.name,
    frames: (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)),
  }
  const message = safeMessage(error)
  if (message) safe.message = message
  if (typeof error.code === 'string') safe.code = error.code
  if (typeof error.constraint_name === 'string') safe.constraint = error.constraint_name
  if (error.cause !== undefined && depth < 5) safe.cause = safeError(error.cause, depth + 1)
  return safe
}

const known: ReadonlySet<string> = new Set(allowed)
const onlyAllowed = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => known.has(name))
      .map(([name, value]) => [name, name === 'err' ? safeError(value) : value]),
  )

const warning = pino.levels.values.warn
/** Lines that wait for a full disk or a slow reader; what comes above it is dropped. */
const mostWaitingBytes = 1_048_576

/**
 * Standard output. A line that cannot be written (ENOSPC, EIO) is tried again with the next one; it never throws, so a
 * full disk costs log lines and nothing else. What others say on the console is dropped likewise.
 */
function standardOutput(): pino.DestinationStream {
  dropWhatCannotBeWritten()
  const output = pino.destination({ dest: 1, sync: false, maxLength: mostWaitingBytes })
  output.on('error', () => undefined)
  return output
}

/** What makes two warnings the same: their words, and the fault; not the request or the visit that met it. */
const sameness = (fields: LogFields, message: string): string => {
  const { name, message: said, code, cause } = safeError(fields.err)
  return [message, fields.part, fields.step, fields.code, name, said, code, cause?.code, cause?.message].join('|')
}

/**
 * A logger whose lines carry allowed keys only; `write` receives each line (standard output when left out). A warning
 * that repeats is written once in `repeatAfterMs`, then with the number of those `suppressed` since.
 */
export function makeLog(level: string, write?: (line: string) => void, repeatAfterMs = 60_000): Log {
  const repeats = new Repeats<[LogFields, string]>(repeatAfterMs, ([fields, message], suppressed) => {
    logger.warn({ ...fields, suppressed }, message)
  })
  const logger: pino.Logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: onlyAllowed },
      // The formatter above already made errors safe; pino's own serializer would bring their text back.
      serializers: { err: (safe: unknown) => safe },
      hooks: {
        logMethod([fields, message], method, lineLevel) {
          const said = [fields, message] as unknown as [LogFields, string]
          const isSummary = said[0].suppressed !== undefined
          if (lineLevel === warning && !isSummary && !repeats.isNew(sameness(...said), said)) return
          method.apply(this, [fields, message])
        },
      },
    },
    write ? { write } : standardOutput(),
  )
  return logger as unknown as Log
}

type Write = (fields: LogFields, message: string) => void
export type Log = { fatal: Write; error: Write; warn: Write; info: Write; debug: Write; flush(): void }

/** This process's log: one JSON object a line on standard output. */
export const log: Log = makeLog(env().LOG_LEVEL)
