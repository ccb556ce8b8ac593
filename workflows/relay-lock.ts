import type postgres from 'postgres'
import { locks } from '#db/locks.ts'
import { connect } from '#db/pool.ts'
import { env } from '#lib/env.ts'

/**
 * One relay works at a time: an advisory lock on a connection of its own, free again when that connection ends. It
 * spares work; correctness does not hang on it (rows are leased, effects are idempotent).
 */
export class RelayLock {
  readonly #sql: postgres.Sql = connect(env().DATABASE_WORKER_URL, 1)

  /** Whether this process is the one, taking the place when it is free. */
  async isOurs(): Promise<boolean> {
    const [row] = await this.#sql<{ ours: boolean }[]>`
      select exists (
        select 1 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and objid = ${locks.relay} and granted
      ) or pg_try_advisory_lock(${locks.relay}) as ours`
    return row?.ours ?? false
  }

  /** Gives the place up. */
  async end(): Promise<void> {
    await this.#sql.end({ timeout: 2 })
  }
}
