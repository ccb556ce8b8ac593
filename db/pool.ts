import postgres from 'postgres'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'

const maximum = 10
const longestQueue = 2_000
const longestWaitMs = 8_000

/** JSON goes in as a value or as ready text (drizzle sends text), and comes out parsed. */
const json = {
  to: 114,
  from: [114, 3802],
  serialize: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
  parse: (text: string): unknown => JSON.parse(text),
}

/** A pool of connections to `url`: at most ten, back within a second after the server returns. */
export const connect = (url: string, max = maximum): postgres.Sql =>
  postgres(url, {
    max,
    connect_timeout: 5,
    idle_timeout: 60,
    max_lifetime: 60 * 30,
    backoff: (tries: number) => Math.min(0.1 * 2 ** tries, 1),
    onnotice: () => {},
    types: { json },
    connection: { application_name: 'medley', jit: false },
  })

const pools = new Map<string, postgres.Sql>()

const pooled = (url: string): postgres.Sql => {
  const pool = pools.get(url) ?? connect(url)
  pools.set(url, pool)
  return pool
}

/** The web's pool (login medley_web). */
export const web = (): postgres.Sql => pooled(env().DATABASE_URL)

/** The worker's pool (login medley_jobs). */
export const jobs = (): postgres.Sql => pooled(env().DATABASE_WORKER_URL)

/** Ends every pool of this process, waiting for what runs. */
export async function closePools(): Promise<void> {
  await Promise.all([...pools.values()].map((pool) => pool.end({ timeout: 5 })))
  pools.clear()
}

type Turn = { running: number; waiting: (() => void)[] }
const turns = new Map<postgres.Sql, Turn>()

/** Runs `work` when one of the pool's connections is free. Throws `unavailable` after eight seconds in the queue. */
export async function inTurn<T>(pool: postgres.Sql, work: () => Promise<T>): Promise<T> {
  const turn = turns.get(pool) ?? { running: 0, waiting: [] }
  turns.set(pool, turn)
  if (turn.running >= pool.options.max) await queued(turn)
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
