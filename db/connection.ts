import { randomInt } from 'node:crypto'
import { Socket } from 'node:net'
import postgres from 'postgres'
import { arrays } from './arrays.ts'

/** JSON goes in as a value or as ready text (drizzle sends text), and comes out parsed. */
const json = {
  to: 114,
  from: [114, 3802],
  serialize: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
  parse: (text: string): unknown => JSON.parse(text),
}

/** Longest time to connect, to sign in and to answer the first statement. */
const connectLimitMs = 5_000

/**
 * How every connection behaves. The driver's timers are off: it ends a connection after a COMMIT without telling its user,
 * who then waits for an answer that never comes. `keep_alive` is in seconds; after it Node probes ten times, a second apart.
 */
export const settings = {
  connect_timeout: connectLimitMs / 1_000,
  idle_timeout: 0,
  max_lifetime: 0,
  keep_alive: 10,
  backoff: (tries: number) => Math.min(0.1 * 2 ** tries, 1),
  onnotice: () => {},
  fetch_types: false,
  types: { json, ...arrays },
  connection: { application_name: 'medley', jit: false },
}

/** The driver's handle of a connection, for statements only. */
export type Statements = postgres.ISql

/**
 * One connection, for one transaction at a time. It is never connected again: when it closes, for whatever reason, it is
 * thrown away with everything that was sent on it.
 */
export type Connection = {
  readonly sql: Statements
  /** The process id of its backend. */
  readonly pid: number
  /** By `performance.now()`. */
  readonly openedAt: number
  /** The number of the next context that is entered here (`ctx.enter`). It starts at random and rises. */
  nextEntry: number
  /** Whether a context was entered here before. */
  hasEntered: boolean
  /** Set to have it closed after its transaction. */
  isRetired: boolean
  readonly hasClosed: boolean
  /** Aborted when it closes. */
  readonly closed: AbortSignal
  /** Settles when the session is as new after its last transaction. Rejects when it could not be made so. */
  reset: Promise<unknown>
  /** Closes it at once, with what is under way, which fails with `reason`. */
  close(reason?: Error): void
}

/** What the socket of a connection needs of the driver's options. */
type Address = { host: string[]; port: number[]; path: string | false }

/**
 * Connects to `url` and signs in. Throws what the driver throws, `CONNECT_TIMEOUT` after five seconds.
 *
 * The driver (postgres 3.4.9) would connect a connection that broke again, and let the transaction that lost it go on
 * there, inside whichever transaction has it next (porsager/postgres issues 1208, 1216, 1223). Here it gets one socket.
 */
export async function openConnection(url: string): Promise<Connection> {
  const closed = new AbortController()
  const close = (reason = lost('The connection is closed.', 'CONNECTION_CLOSED')): void => closed.abort(reason)
  let sockets = 0
  const socket = (address: Address): Promise<Socket> => {
    sockets += 1
    if (sockets > 1) throw lost('The connection is closed.', 'CONNECTION_CLOSED')
    return dial(address, closed.signal)
  }
  const options = { ...settings, max: 1, onclose: () => close(), socket }
  const timer = setTimeout(() => close(lost('The server did not answer in time.', 'CONNECT_TIMEOUT')), connectLimitMs)
  try {
    const client = postgres(url, options)
    const [row] = await unlessClosed(closed.signal, client<{ pid: number }[]>`select pg_backend_pid() as pid`)
    const sql: Statements = await unlessClosed(closed.signal, client.reserve())
    return {
      sql,
      pid: row?.pid ?? 0,
      openedAt: performance.now(),
      nextEntry: randomInt(2 ** 47),
      ...{ hasEntered: false, isRetired: false },
      get hasClosed() {
        return closed.signal.aborted
      },
      closed: closed.signal,
      ...{ reset: Promise.resolve(), close },
    }
  } catch (error) {
    close()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** A connected socket, destroyed when `signal` aborts. */
async function dial({ host, port, path }: Address, signal: AbortSignal): Promise<Socket> {
  const socket = new Socket({ signal })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  socket.once('error', reject).once('connect', resolve)
  const to = { host: host[0] ?? '', port: port[0] ?? 0 }
  if (path) socket.connect({ path })
  else socket.connect(to)
  await promise
  socket.off('error', reject)
  // The driver verifies a certificate against the name it finds here.
  return Object.assign(socket, path ? {} : to)
}

/** An error of a connection that is gone, with the driver's kind of code. */
export const lost = (message: string, code: string, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), { code })

/** What `work` gives, or the reason of `closed` as soon as it aborts: the driver may never answer then. */
async function unlessClosed<T>(closed: AbortSignal, work: PromiseLike<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const fail = (): void => reject(closed.reason)
  if (closed.aborted) fail()
  closed.addEventListener('abort', fail, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    closed.removeEventListener('abort', fail)
  }
}

/**
 * What `work` on the connection gives. When it takes longer than `limitMs` the connection is closed as frozen
 * (`CONNECTION_FROZEN`) and this throws; on a closed connection it throws before `work` begins, since the driver would fail
 * outside every promise.
 */
export async function within<T>(connection: Connection, limitMs: number, work: () => PromiseLike<T>): Promise<T> {
  if (connection.hasClosed) throw connection.closed.reason
  const timer = setTimeout(
    () => connection.close(lost('The server did not answer in time.', 'CONNECTION_FROZEN')),
    limitMs,
  )
  try {
    return await unlessClosed(connection.closed, work())
  } finally {
    clearTimeout(timer)
  }
}
