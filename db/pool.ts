import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { env } from '#lib/env.ts'
import { type Connection, openConnection, type Statements, settings, within } from './connection.ts'
import { type Entry, type Transaction, transact } from './transaction.ts'
import { Turns } from './turns.ts'

const maximum = 10
/** Longer than any transaction of its login may take: past it the server is not slow but frozen, or the network is cut. */
const longestHoldMs = { web: 15_000, jobs: 40_000 }
/** Sign-in asks one short question a request: more connections would only wait on each other. */
const signInConnections = 4
/** Longest time for a single statement outside a transaction. */
const askLimitMs = 5_000
const endLimitMs = 5_000
const usual = { max: maximum, holdMs: longestHoldMs.jobs, maxAgeMs: 1_800_000, idleMs: 60_000, sweepMs: 5_000 }

/** Connections for statements in any order, without a context: to listen, for scripts. Doors have a `Pool`. */
export const connect = (url: string, max = maximum): postgres.Sql => postgres(url, { ...settings, max })

export type PoolOptions = {
  /** Transactions at a time; the others wait for their turn. */
  max?: number
  /** A connection that is held for longer is closed, with its transaction. */
  holdMs?: number
  /** A connection that is older is replaced. */
  maxAgeMs?: number
  /** A connection that was not used for so long is closed. */
  idleMs?: number
  /** How often age and idleness are looked at. */
  sweepMs?: number
}

type Pooled = Connection & { usedAt: number; expiresAt: number }

/**
 * Connections that each belong to one transaction at a time. One that closed is never used again. Retiring happens between
 * transactions: the successor of an old connection is connected first, so that nobody waits for it. When one connection
 * freezes, the idle ones are closed too, since whatever froze it (a failover, a cut network) most likely froze them.
 */
export class Pool {
  readonly max: number
  readonly #url: string
  readonly #options: Required<PoolOptions>
  readonly #turns: Turns
  readonly #all = new Set<Pooled>()
  #idle: Pooled[] = []
  readonly #sweeper: NodeJS.Timeout
  #isReplacing = false
  #hasEnded = false
  /** The first and the last try of the present row of failures. */
  #failing: { since: number; until: number } | undefined

  constructor(url: string, options: PoolOptions = {}) {
    this.#url = url
    this.#options = { ...usual, ...options }
    this.max = this.#options.max
    this.#turns = new Turns(this.max)
    this.#sweeper = setInterval(() => this.#sweep(), this.#options.sweepMs).unref()
  }

  /** A transaction, see `transact`. Throws `unavailable` when no connection is free within eight seconds. */
  begin<T>(work: (sql: Statements, transaction: Transaction) => Promise<T>, entry?: Entry): Promise<T> {
    return this.#use((connection) => transact(connection, entry, work, this.#options.holdMs))
  }

  /** A single statement outside a transaction, of at most five seconds. */
  ask<T>(question: (sql: Statements) => Promise<T>): Promise<T> {
    return this.#use((connection) => within(connection, askLimitMs, () => question(connection.sql)))
  }

  /** When the last change was refused for want of room, by `performance.now()`; undefined once one was saved since. */
  refusedForRoomAt: number | undefined

  /** For how many milliseconds tries have failed for want of an answer; 0 when the last try had one. */
  get failingForMs(): number {
    return this.#failing ? this.#failing.until - this.#failing.since : 0
  }

  /** Closes the connections, after at most five seconds for what runs. */
  async end(): Promise<void> {
    this.#hasEnded = true
    clearInterval(this.#sweeper)
    const until = performance.now() + endLimitMs
    while (!this.#turns.isIdle && performance.now() < until) await sleep(5)
    for (const connection of [...this.#all]) connection.close()
  }

  async #use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const endTurn = await this.#turns.take()
    let connection: Pooled | undefined
    try {
      connection = this.#idle.pop() ?? (await this.#connect())
      return await work(connection)
    } finally {
      this.#note(connection !== undefined && !connection.hasClosed)
      this.#giveBack(connection).then(endTurn, endTurn)
    }
  }

  #note(isAnswered: boolean): void {
    const now = performance.now()
    this.#failing = isAnswered ? undefined : { since: this.#failing?.since ?? now, until: now }
  }

  async #connect(): Promise<Pooled> {
    const { maxAgeMs } = this.#options
    const opened = await openConnection(this.#url)
    // Not all at the same age: those that were opened together retire one after the other.
    const expiresAt = opened.openedAt + maxAgeMs * (0.9 + Math.random() * 0.1)
    const connection: Pooled = Object.assign(opened, { usedAt: opened.openedAt, expiresAt })
    this.#all.add(connection)
    connection.closed.addEventListener('abort', () => this.#forget(connection), { once: true })
    if (connection.hasClosed || this.#hasEnded) connection.close()
    return connection
  }

  #forget(connection: Pooled): void {
    this.#all.delete(connection)
    this.#idle = this.#idle.filter((one) => one !== connection)
    if (isFrozen(connection)) for (const one of this.#idle) one.close()
  }

  /** Ready for the next transaction once its session is reset. */
  async #giveBack(connection: Pooled | undefined): Promise<void> {
    if (!connection) return
    await connection.reset.catch(() => undefined)
    if (connection.hasClosed) return
    connection.usedAt = performance.now()
    if (connection.isRetired) connection.close()
    else this.#idle.push(connection)
  }

  #sweep(): void {
    const now = performance.now()
    for (const connection of this.#idle) if (now - connection.usedAt > this.#options.idleMs) connection.close()
    const old = [...this.#all].find(({ expiresAt }) => expiresAt <= now)
    if (old && !this.#isReplacing) this.#replace(old).catch(() => undefined)
  }

  /** Connects the successor of an old connection, and retires the old one when nobody uses it. */
  async #replace(old: Pooled): Promise<void> {
    this.#isReplacing = true
    try {
      const successor = await this.#connect()
      if (this.#idle.includes(old)) old.close()
      else old.isRetired = true
      if (!successor.hasClosed) this.#idle.push(successor)
    } finally {
      this.#isReplacing = false
    }
  }
}

const poolsOfProcess = Symbol.for('medley.pools')

const isFrozen = ({ closed }: Connection): boolean => (closed.reason as { code?: string }).code === 'CONNECTION_FROZEN'

/**
 * The pools of this process. Next bundles a copy of this module for the pages, beside the one that answers the API: both
 * use the same pools, so that `maximum` holds for the process and /healthz sees every connection.
 */
const shared = globalThis as { [poolsOfProcess]?: Map<string, Pool> }
shared[poolsOfProcess] ??= new Map()
const pools = shared[poolsOfProcess]

function pooled(use: string, url: string, holdMs: number, max = maximum): Pool {
  const name = `${use} ${url}`
  const pool = pools.get(name) ?? new Pool(url, { holdMs, max })
  pools.set(name, pool)
  return pool
}

/** The web's pool for changes (login medley_web): whoever holds or waits for a lock does it here. */
export const changes = (): Pool => pooled('changes', env().DATABASE_URL, longestHoldMs.web)

/** The web's pool for reads (login medley_web): what happens in the pool of changes costs it no connection. */
export const reads = (): Pool => pooled('reads', env().DATABASE_URL, longestHoldMs.web)

/** The pool of the sign-in (login medley_signin): it shares no connection with the rest of the web. */
export const signIn = (): Pool => pooled('signIn', env().DATABASE_AUTH_URL, longestHoldMs.web, signInConnections)

/** The worker's pool (login medley_jobs). */
export const jobs = (): Pool => pooled('jobs', env().DATABASE_WORKER_URL, longestHoldMs.jobs)

/** For how many milliseconds one of this process's pools has been tried without any answer; 0 when each answered last. */
export const failingForMs = (): number => Math.max(0, ...[...pools.values()].map((pool) => pool.failingForMs))

/** For how long a refusal counts when nobody has tried since. */
const refusalCountsMs = 300_000

/** Whether the database had no room for the last change that was tried, within five minutes: searching works, booking does not. */
export const isFullOfLate = (): boolean =>
  performance.now() - (changes().refusedForRoomAt ?? Number.NEGATIVE_INFINITY) < refusalCountsMs

/** Ends every pool of this process, waiting for what runs. */
export async function closePools(): Promise<void> {
  await Promise.all([...pools.values()].map((pool) => pool.end()))
  pools.clear()
}
