import { setTimeout as sleep } from 'node:timers/promises'
import { withPublic } from '#db/doors.ts'
import journal from '#db/migrations/meta/_journal.json' with { type: 'json' }
import { isFullOfLate } from '#db/pool.ts'
import { canSearch, newestMigration, type WorkerSign, workerSign } from '#domain/operation/read.ts'
import { log } from '#lib/log.ts'

const silentAfterSeconds = 30
/** A confirmation comes within seconds; one that has not come after this is missed. */
const lateAfterSeconds = 300
const longestLookMs = 3_000

/** `degraded`: people can search, and something else waits or is refused. `down`: people can neither search nor book. */
type State = 'up' | 'degraded' | 'down'
type Part = { state: State; latencyMs: number; [detail: string]: string | number }

export type Readiness = {
  status: State
  parts: Record<'database' | 'migrations' | 'worker' | 'temporal' | 'mail', Part>
}

/** Fails when there is no answer in time: a part that hangs is no better than one that is away. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const waited = new AbortController()
  const limit = sleep(longestLookMs, undefined, { signal: waited.signal }).then(() => {
    throw new Error('no answer in time')
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    waited.abort()
    limit.catch(() => undefined)
  }
}

/** Looks at a part and times it; whatever goes wrong is its state, not an error. */
async function look<T>(
  part: string,
  failed: State,
  work: () => Promise<T>,
  say: (seen: T) => Omit<Part, 'latencyMs'>,
): Promise<Part> {
  const begun = performance.now()
  const took = () => Math.round((performance.now() - begun) * 10) / 10
  try {
    const seen = await inTime(work())
    return { ...say(seen), latencyMs: took() } as Part
  } catch (err) {
    log.warn({ part, err }, 'not ready')
    return { state: failed, latencyMs: took() }
  }
}

/** The web's last changes say whether there is room for one: a database with a full disk goes on answering searches. */
const databaseState = (): Omit<Part, 'latencyMs'> =>
  isFullOfLate() ? { state: 'degraded', detail: 'no room to save anything' } : { state: 'up' }

/** The database may be ahead of this server while versions change, never behind it. */
function migrationState(newest: string): Omit<Part, 'latencyMs'> {
  const own = `${journal.entries.at(-1)?.tag}.sql`
  return { state: newest < own ? 'down' : 'up', newest, ...(newest < own && { missing: own }) }
}

function workerState(sign: WorkerSign | undefined): Omit<Part, 'latencyMs'> {
  if (!sign) return { state: 'degraded', detail: 'no sign of life' }
  const {
    ageSeconds,
    relay,
    waiting,
    oldestSeconds,
    untold,
    oldestUntoldSeconds,
    dead,
    alteredLogins,
    alteredPolicies,
  } = sign
  const detail =
    ageSeconds > silentAfterSeconds
      ? 'no sign of life'
      : oldestUntoldSeconds > lateAfterSeconds
        ? 'messages are late'
        : alteredLogins
          ? `changed logins: ${alteredLogins}`
          : alteredPolicies
            ? `changed policies: ${alteredPolicies}`
            : ''
  const state: State = detail || dead > 0 ? 'degraded' : 'up'
  const counts = { waiting, oldestSeconds, untold, oldestUntoldSeconds, dead }
  return { state, ...(detail && { detail }), ageSeconds, relay, ...counts }
}

/** What the worker can reach, by its own word: the web asks nobody outside. */
function reached(sign: WorkerSign | undefined, what: 'temporal' | 'mail'): Omit<Part, 'latencyMs'> {
  const word = sign && sign.ageSeconds <= silentAfterSeconds ? sign[what] : undefined
  return { state: word === 'up' ? 'up' : 'degraded', detail: word ?? 'not known' }
}

async function lookAtAll(): Promise<Readiness> {
  const sign = withPublic(workerSign)
  const [database, migrations, worker, temporal, mail] = await Promise.all([
    look('database', 'down', () => withPublic(canSearch), databaseState),
    look('migrations', 'down', () => withPublic(newestMigration), migrationState),
    look('worker', 'degraded', () => sign, workerState),
    look(
      'temporal',
      'degraded',
      () => sign,
      (seen) => reached(seen, 'temporal'),
    ),
    look(
      'mail',
      'degraded',
      () => sign,
      (seen) => reached(seen, 'mail'),
    ),
  ])
  const parts = { database, migrations, worker, temporal, mail }
  const states = Object.values(parts).map(({ state }) => state)
  const status = (['down', 'degraded'] as const).find((state) => states.includes(state)) ?? 'up'
  return { status, parts }
}

let last: { at: number; answer: Promise<Readiness> } | undefined

/** Whether people can search and book, and how each part is; looked at once in `heldForMs` at most, however many ask. */
export function readiness(heldForMs = 1_000): Promise<Readiness> {
  const now = performance.now()
  if (!last || now - last.at >= heldForMs) last = { at: now, answer: lookAtAll() }
  return last.answer
}
