import pino from 'pino'
import { env } from './env.ts'

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

/** A logger whose lines carry allowed keys only; `write` receives each line (standard output when left out). */
export const makeLog = (level: string, write?: (line: string) => void): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: onlyAllowed },
      // The formatter above already made errors safe; pino's own serializer would bring their text back.
      serializers: { err: (safe: unknown) => safe },
    },
    write ? { write } : pino.destination({ dest: 1, sync: false }),
  )

type Write = (fields: LogFields, message: string) => void
export type Log = { fatal: Write; error: Write; warn: Write; info: Write; debug: Write; flush(): void }

/** This process's log: one JSON object a line on standard output. */
export const log: Log = makeLog(env().LOG_LEVEL)
