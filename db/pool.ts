import postgres from 'postgres'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { dropLine, type Line, openLine, settings, transact } from './line.ts'

const maximum = 10
const longestQueue = 2_000
const longestWaitMs = 8_000
/** Longer than any statement of its login may take: past it the server is not slow but hung, or the network gone. */
const longestHoldMs = { web: 15_000, jobs: 60_000 }
/** Sign-in asks one short question a request: more connections would only wait on each other. */
const signInConnections = 4

/** A connection, or a few, that take statements in any order: to listen, to lock, for scripts. Doors have a `Pool`. */
export const connect = (url: string, max = maximum): postgres.Sql => postgres(url, { ...settings, max })

/** Connections that each belong to one transaction at a time, at most `max`; others wait their turn (`inTurn`). */
export type Pool = {
  readonly max: number
  /** A transaction: committed with what `work` gives, rolled back with what it throws. */
  begin<T>(work: (tx: postgres.TransactionSql) => Promise<T>): Promise<T>
  /** A single statement outside a transaction. */
  ask<T>(question: (sql: postgres.Sql) => Promise<T>): Promise<T>
  /** Ends the connections, after at most five seconds for what runs. */
  end(): Promise<void>
}

/**
 * A pool to `url`. A connection that ended is never used again, nor is anything that was under way on it; one that is
 * held for longer than `holdMs` is ended.
 */
export function openPool(url: string, max = maximum, holdMs = longestHoldMs.jobs): Pool {
  const lines = new Set<Line>()
  const idle: Line[] = []
  const take = (): Line => {
    for (let line = idle.pop(); line; line = idle.pop()) {
      if (!line.hasEnded) return line
      drop(line)
    }
    const line = openLine(url)
    lines.add(line)
    return line
  }
  const drop = (line: Line): void => {
    lines.delete(line)
    dropLine(line)
  }
  const onLine = <T>(work: (line: Line) => Promise<T>): Promise<T> =>
    inTurn(pool, async () => {
      const line = take()
      const timer = setTimeout(() => drop(line), holdMs)
      try {
        return await work(line)
      } finally {
        clearTimeout(timer)
        if (line.hasEnded) drop(line)
        else idle.push(line)
      }
    })
  const pool: Pool = {
    max,
    begin: (work) => onLine((line) => transact(line, work)),
    ask: (question) => onLine((line) => question(line.sql)),
    end: async () => {
      await Promise.all([...lines].map(({ sql }) => sql.end({ timeout: 5 })))
    },
  }
  return pool
}

const pools = new Map<string, Pool>()

const pooled = (url: string, holdMs: number, max = maximum): Pool => {
  const pool = pools.get(url) ?? openPool(url, max, holdMs)
  pools.set(url, pool)
  return pool
}

/** The web's pool (login medley_web). */
export const web = (): Pool => pooled(env().DATABASE_URL, longestHoldMs.web)

/** The pool of the sign-in (login medley_signin): it shares no connection with the rest of the web. */
export const signIn = (): Pool => pooled(env().DATABASE_AUTH_URL, longestHoldMs.web, signInConnections)

/** The worker's pool (login medley_jobs). */
export const jobs = (): Pool => pooled(env().DATABASE_WORKER_URL, longestHoldMs.jobs)

/** Ends every pool of this process, waiting for what runs. */
export async function closePools(): Promise<void> {
  await Promise.all([...pools.values()].map((pool) => pool.end()))
  pools.clear()
}

type Turn = { running: number; waiting: (() => void)[] }
const turns = new WeakMap<Pool, Turn>()

/** Runs `work` when one of the pool's connections is free. Throws `unavailable` after eight seconds in the queue. */
export async function inTurn<T>(pool: Pool, work: () => Promise<T>): Promise<T> {
  const turn = turns.get(pool) ?? { running: 0, waiting: [] }
  turns.set(pool, turn)
  if (turn.running >= pool.max) await queued(turn)
  else turn.running += 1
  try {
    return await work()
  } finally {
    const next = turn.waiting.shift()
    if (next) next()
    else turn.running -= 1
  }
}

function queued(turn: Turn): Promise<void> {
  const busy = () => new AppError('unavailable', 'busy', { retryAfterSeconds: 2 })
  if (turn.waiting.length >= longestQueue) throw busy()
  return new Promise((resolve, reject) => {
    const go = () => {
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(() => {
      turn.waiting.splice(turn.waiting.indexOf(go), 1)
      reject(busy())
    }, longestWaitMs)
    turn.waiting.push(go)
  })
}
