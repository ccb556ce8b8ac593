import type { Pool } from './pool.ts'

/** The channel on which the relay is told that there is work; polling is the guarantee, this only saves a second. */
export const outboxChannel = 'medley_outbox'
const atMostEveryMs = 100

const pending = new Map<Pool, NodeJS.Timeout>()

/**
 * Tells the relay of new outbox rows, at most once per 100 ms, on a connection of its own turn and after the commit:
 * a NOTIFY inside the transaction would serialise all commits. Failures do not matter: the relay polls.
 */
export function nudgeRelay(pool: Pool): void {
  if (pending.has(pool)) return
  const timer = setTimeout(() => {
    pending.delete(pool)
    pool.ask((sql) => sql`select pg_notify(${outboxChannel}, '')`).catch(() => undefined)
  }, atMostEveryMs)
  timer.unref()
  pending.set(pool, timer)
}
