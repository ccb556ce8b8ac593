import { PgDatabase, PgDialect } from 'drizzle-orm/pg-core'
import { type PostgresJsQueryResultHKT, PostgresJsSession } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import { newId } from '#lib/ids.ts'
import type { GuestActor, StaffActor, SystemActor, TenantActor, VisitorActor } from './actor.ts'
import { enterBulkheads } from './bulkheads.ts'
import type { Connection, Statements } from './connection.ts'
import { databaseClock, databaseNow, mintEntry } from './context.ts'
import { explained, isFull, isLost, isRetryable } from './failure.ts'
import { nudgeRelay } from './nudge.ts'
import { changes, jobs, type Pool, reads, signIn } from './pool.ts'
import type { Entry, Sendable, Transaction } from './transaction.ts'

declare const door: unique symbol

/**
 * A transaction that came through a door: drizzle's builder, `sql` for named statements (prepared), and who it acts
 * for. The brand keeps a raw handle, or another door's, out of a function that wants this one.
 */
export type Tx<Door extends string, A = undefined> = PgDatabase<PostgresJsQueryResultHKT, Record<string, never>> & {
  readonly sql: Statements
  readonly actor: A
  /** Whether an earlier try was rolled back with an error that says to try again. */
  readonly isRepeated: boolean
  /** Set by `outbox`: the relay is told after the commit. */
  hasNews: boolean
  /**
   * Sends a statement at once and does not wait for its answer. When it fails, Postgres commits nothing, every later
   * statement fails with 25P02, and the door throws what it threw first, or repeats the transaction for it.
   */
  pipeline(statement: Sendable): void
  readonly [door]: Door
}
export type StaffTx = Tx<'staff', StaffActor>
export type GuestTx = Tx<'guest', GuestActor>
export type SystemTx = Tx<'system', SystemActor>
export type PublicTx = Tx<'public'>
export type AuthTx = Tx<'auth', VisitorActor>
export type RelayTx = Tx<'relay'>
/** A transaction that acts for a tenant, whoever for. */
export type TenantTx = StaffTx | GuestTx | SystemTx

const dialect = new PgDialect({ casing: 'snake_case' })
const tries = 3
/** A change that waits longer for a lock gives its connection back, and queues again. */
const claimSettings = "set local lock_timeout = '750ms'"
const noQueue = async () => () => {}

/** What a change may say of itself: the listing whose time it claims, so that few claims of one listing are in flight. */
export type Change = { claims?: string }

/** Staff of a tenant. Their role decides what they may write. */
export const withStaff = <T>(actor: StaffActor, work: (tx: StaffTx) => Promise<T>, change: Change = {}): Promise<T> =>
  changing(actor, 'medley_staff', change, work)

/** A guest: exactly the row that the capability names, and its patient. */
export const withGuest = <T>(actor: GuestActor, work: (tx: GuestTx) => Promise<T>, change: Change = {}): Promise<T> =>
  changing(actor, 'medley_guest', change, work)

/**
 * What a page shows to staff: on the pool of reads, which no change can take, so that it is there while a practitioner's lock
 * is held. It may record that it was read, and nothing else.
 */
export const readAsStaff = <T>(actor: StaffActor, work: (tx: StaffTx) => Promise<T>): Promise<T> =>
  open(reads(), { role: 'medley_staff' }, actor, work)

/** What a page shows to a guest, as `readAsStaff`. */
export const readAsGuest = <T>(actor: GuestActor, work: (tx: GuestTx) => Promise<T>): Promise<T> =>
  open(reads(), { role: 'medley_guest' }, actor, work)

/** Anyone: published listings, places, specialties. On the pool of reads. */
export const withPublic = <T>(work: (tx: PublicTx) => Promise<T>): Promise<T> =>
  open(reads(), { role: 'medley_public' }, undefined, work)

/** Sign-in: the functions of the schema auth and no table, on a login of its own. */
export const withAuth = <T>(work: (tx: AuthTx) => Promise<T>): Promise<T> =>
  open(signIn(), { role: 'medley_auth' }, { kind: 'visitor' }, work)

/** Workflows and scripts, for one tenant, at most thirty seconds. `purpose` names the work. */
export const withSystem = <T>(
  purpose: string,
  tenantId: string,
  work: (tx: SystemTx) => Promise<T>,
  requestId: string = newId(),
): Promise<T> => open(jobs(), { role: 'medley_worker' }, { kind: 'system', tenantId, purpose, requestId }, work)

/** The relay: the outbox, heartbeats and refreshing of public rows. */
export const withRelay = <T>(work: (tx: RelayTx) => Promise<T>): Promise<T> =>
  open(jobs(), { role: 'medley_relay' }, undefined, work)

/** The instant by the clock of the database. */
export const now = (): Promise<Date> => databaseNow(reads()).catch((error) => Promise.reject(explained(error)))

/** Waits outside the pool until the tenant and the listing have room, and for a lock not longer than a claim may. */
const changing = <T, D extends string, A extends StaffActor | GuestActor>(
  actor: A,
  role: string,
  { claims }: Change,
  work: (tx: Tx<D, A>) => Promise<T>,
): Promise<T> => open(changes(), { role, settings: claimSettings }, actor, work, () => enterBulkheads(actor, claims))

async function open<T, D extends string, A extends TenantActor | VisitorActor | undefined>(
  pool: Pool,
  entry: Entry,
  actor: A,
  work: (tx: Tx<D, A>) => Promise<T>,
  enter: () => Promise<() => void> = noQueue,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const leave = await enter()
    try {
      const result = await once(pool, entry, actor, work, attempt)
      pool.refusedForRoomAt = undefined
      return result
    } catch (error) {
      if (isFull(error)) pool.refusedForRoomAt = performance.now()
      const isWorthIt = isRetryable(error) || (entry.role === 'medley_public' && isLost(error))
      if (!isWorthIt || attempt === tries) throw explained(error)
    } finally {
      leave()
    }
  }
}

async function once<T, D extends string, A extends TenantActor | VisitorActor | undefined>(
  pool: Pool,
  entry: Entry,
  actor: A,
  work: (tx: Tx<D, A>) => Promise<T>,
  attempt: number,
): Promise<T> {
  const entered = actor && actor.kind !== 'visitor' ? { ...entry, token: await tokens(pool, actor) } : entry
  let hasNews = false
  const result = await pool.begin(async (raw, transaction) => {
    const tx = branded<D, A>(raw, actor, transaction, attempt > 1)
    const value = await work(tx)
    hasNews = tx.hasNews
    return value
  }, entered)
  if (hasNews) nudgeRelay(pool)
  return result
}

const tokens = async (pool: Pool, actor: TenantActor): Promise<(connection: Connection) => string> => {
  const now = await databaseClock(pool)
  return (connection) => mintEntry(connection, actor, now())
}

function branded<D extends string, A>(
  raw: Statements,
  actor: A,
  { pipeline }: Transaction,
  isRepeated: boolean,
): Tx<D, A> {
  const session = new PostgresJsSession(raw as unknown as postgres.Sql, dialect, undefined)
  const database = new PgDatabase<PostgresJsQueryResultHKT, Record<string, never>>(dialect, session, undefined)
  return Object.assign(database, { sql: raw, actor, isRepeated, hasNews: false, pipeline }) as Tx<D, A>
}
