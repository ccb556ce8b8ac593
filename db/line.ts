import postgres from 'postgres'
import { arrays } from './arrays.ts'

/** JSON goes in as a value or as ready text (drizzle sends text), and comes out parsed. */
const json = {
  to: 114,
  from: [114, 3802],
  serialize: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
  parse: (text: string): unknown => JSON.parse(text),
}

/** How every connection of ours behaves: back within a second after the server returns. */
export const settings = {
  connect_timeout: 5,
  idle_timeout: 60,
  max_lifetime: 60 * 30,
  backoff: (tries: number) => Math.min(0.1 * 2 ** tries, 1),
  onnotice: () => {},
  fetch_types: false,
  types: { json, ...arrays },
  connection: { application_name: 'medley', jit: false },
}

/**
 * One connection, for one transaction at a time. When it ends, for whatever reason, it is to be thrown away: the driver
 * (postgres 3.4.9) would connect it again and let the transaction that lost it go on there, statement by statement and
 * up to its COMMIT, inside whichever transaction has it next (porsager/postgres issues 1208, 1216, 1223).
 */
export type Line = {
  readonly sql: postgres.Sql
  /** True from the moment its connection ends. */
  hasEnded: boolean
}

/** A line to `url`; it connects with its first statement. */
export function openLine(url: string): Line {
  const onclose = () => {
    line.hasEnded = true
  }
  const line: Line = { sql: postgres(url, { ...settings, max: 1, onclose }), hasEnded: false }
  return line
}

/** Throws the line away, with what may still be waiting on it. */
export function dropLine(line: Line): void {
  line.sql.end({ timeout: 0 }).catch(() => undefined)
}

/**
 * Runs `work` in a transaction on the line. Once the connection has ended the transaction fails at once
 * (`CONNECTION_CLOSED`), and whatever `work` still tries fails too.
 */
export async function transact<T>(line: Line, work: (tx: postgres.TransactionSql) => Promise<T>): Promise<T> {
  const { value } = await line.sql.begin(async (tx) => ({ value: await unlessEnded(line, work(guarded(line, tx))) }))
  return value as T
}

/** Never settles once the line has ended: the driver would answer with a ROLLBACK to a connection that is gone, and fall. */
const unlessEnded = <T>(line: Line, promise: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    promise.then(
      (value) => line.hasEnded || resolve(value),
      (error) => line.hasEnded || reject(error),
    )
  })

type Savepoint = (sql: postgres.TransactionSql) => Promise<unknown>

/** The transaction's handle, which refuses every further statement once the line has ended. */
function guarded<S extends postgres.TransactionSql>(line: Line, tx: S): S {
  const alive = () => {
    if (line.hasEnded)
      throw Object.assign(new Error('The transaction lost its connection.'), { code: 'CONNECTION_CLOSED' })
  }
  const savepoint = (...args: [string, Savepoint] | [Savepoint]) => {
    alive()
    const work = args.at(-1) as Savepoint
    const inside: Savepoint = (sql) => unlessEnded(line, work(guarded(line, sql as S)))
    return typeof args[0] === 'string' ? tx.savepoint(args[0], inside) : tx.savepoint(inside)
  }
  return new Proxy(tx, {
    apply: (target, self, args) => {
      alive()
      return Reflect.apply(target, self, args)
    },
    get: (target, key) => {
      if (key === 'savepoint') return savepoint
      const member: unknown = Reflect.get(target, key)
      if (key !== 'unsafe' && key !== 'file') return member
      return (...args: unknown[]) => {
        alive()
        return (member as (...all: unknown[]) => unknown)(...args)
      }
    },
  })
}
