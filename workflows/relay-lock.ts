import { type Connection, openConnection, within } from '#db/connection.ts'
import { locks } from '#db/locks.ts'
import { env } from '#lib/env.ts'

const answerLimitMs = 5_000
/** The active relay asks each second, and between two batches at the latest. */
const staleAfterSeconds = 30

/**
 * One relay works at a time: an advisory lock on a connection of its own, free again when that connection ends. The lock of
 * a frozen backend (a failover, a cut network) may stay for hours: when its holder has not asked for thirty seconds, others work
 * without it. The lock only spares work: rows are leased and effects are idempotent.
 */
export class RelayLock {
  readonly #staleAfterSeconds: number
  #connection: Promise<Connection> | undefined

  constructor(staleAfter = staleAfterSeconds) {
    this.#staleAfterSeconds = staleAfter
  }

  /** Whether this process is the one, taking the place when it is free. Throws when the database does not answer. */
  async isOurs(): Promise<boolean> {
    this.#connection ??= openConnection(env().DATABASE_WORKER_URL)
    try {
      const connection = await this.#connection
      return await within(connection, answerLimitMs, () => this.#ask(connection))
    } catch (error) {
      await this.end()
      throw error
    }
  }

  /** Gives the place up. */
  async end(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined)
    this.#connection = undefined
    connection?.close()
  }

  async #ask({ sql }: Connection): Promise<boolean> {
    const [holder] = await sql<{ isOurs: boolean }[]>`
      select l.pid = pg_backend_pid() or a.state_change < clock_timestamp() - make_interval(secs => ${this.#staleAfterSeconds}) as "isOurs"
      from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.objid = ${locks.relay} and l.granted and l.objsubid = 1
        and l.database = (select oid from pg_database where datname = current_database())`
    if (holder) return holder.isOurs
    // The login itself may take no lock: it could take them all.
    await sql`set role medley_relay`
    const [place] = await sql<{ isOurs: boolean }[]>`select kernel.lead_relay() as "isOurs"`
    await sql`reset role`
    return place?.isOurs ?? false
  }
}
