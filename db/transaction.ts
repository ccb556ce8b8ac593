import type postgres from 'postgres'
import { type Connection, lost, type Statements, within } from './connection.ts'

/** A server that is well answers BEGIN and a reset at once. One that takes longer is frozen, or the network is cut. */
const answerLimitMs = 5_000

/**
 * What a transaction takes on with its BEGIN: a door's role, what else holds in it (`set local …`), and the context of an actor.
 * `token` makes the entry token for the connection (`mintEntry`); it has no character that a literal of SQL would have to escape.
 */
export type Entry = { role: string; settings?: string; token?: (connection: Connection) => string }

const opening = (connection: Connection, entry: Entry | undefined): string =>
  [
    'begin',
    ...(entry ? [`set local role ${entry.role}`] : []),
    ...(entry?.settings ? [entry.settings] : []),
    ...(entry?.token ? [`select ctx.enter('${entry.token(connection)}')`] : []),
  ].join('; ')

/** Takes away what a transaction may have left in its session. Prepared statements stay: the driver goes on using them. */
const closing = (entry: Entry | undefined): string =>
  `close all; unlisten *; ${entry ? `set role ${entry.role}; select ctx.leave();` : ''} set session authorization default; reset all`

/** A statement of the driver's, whatever its rows. */
export type Sendable = { execute(): Promise<unknown> }

/** What runs in a transaction beside its statements. */
export type Transaction = {
  readonly connection: Connection
  /** Sends a statement at once and does not wait for its answer. When it fails, nothing is committed and `transact` throws its error. */
  pipeline(statement: Sendable): void
}

/**
 * Runs `work` in a transaction and commits, or rolls back and throws what `work` threw. BEGIN and
 * the role of `entry` are sent together with the first statement of `work`, the session's reset together with COMMIT or ROLLBACK. Once the connection has closed this throws
 * at once, and after `limitMs` it closes the connection itself: `TRANSACTION_NOT_BEGUN` when BEGIN was never answered and COMMIT never sent, so that it can be repeated, else
 * `CONNECTION_CLOSED` or `CONNECTION_FROZEN`. What `work` tries after that, or after the end, throws too.
 */
export async function transact<T>(
  connection: Connection,
  entry: Entry | undefined,
  work: (sql: Statements, transaction: Transaction) => Promise<T>,
  limitMs: number,
): Promise<T> {
  const { sql } = connection
  const stage = { hasBegun: false, isOver: false }
  const faultOfBegin = within(connection, answerLimitMs, () => sql.unsafe(opening(connection, entry)).execute()).then(
    () => {
      stage.hasBegun = true
    },
    (error: unknown) => {
      // A token that was refused: what is wrong may be wrong with the next one here too.
      connection.isRetired = true
      return error
    },
  )
  const pipelined: Promise<unknown>[] = []
  let fault: unknown
  const pipeline = (statement: Sendable): void => {
    const sent = statement.execute().catch((error: unknown) => {
      // 25P02 only says that an earlier statement failed.
      if ((error as { code?: unknown }).code !== '25P02') fault ??= error
    })
    pipelined.push(sent)
  }
  const end = (statement: 'commit' | 'rollback'): Promise<postgres.RowList<postgres.Row[]>> => {
    stage.isOver = true
    const ended = within(connection, limitMs, () => sql.unsafe(statement).execute())
    connection.reset = within(connection, answerLimitMs, () => sql.unsafe(closing(entry)).execute())
    connection.reset.catch(() => connection.close())
    return ended
  }
  try {
    const value = await within(connection, limitMs, () => work(guarded(connection, stage), { connection, pipeline }))
    const ended = await end('commit')
    await Promise.all(pipelined)
    fault = (await faultOfBegin) ?? fault
    if (fault) throw fault
    if (ended.command !== 'COMMIT') throw new Error('A statement failed and its error was swallowed: rolled back.')
    return value
  } catch (error) {
    if (!stage.isOver) {
      if (!connection.hasClosed) await end('rollback').catch(() => undefined)
      if (!stage.hasBegun && connection.hasClosed)
        throw lost('The connection closed before BEGIN.', 'TRANSACTION_NOT_BEGUN', error)
    }
    if (connection.hasClosed) throw error
    throw (await faultOfBegin) ?? fault ?? error
  } finally {
    stage.isOver = true
  }
}

/** The transaction's handle, which refuses every further statement once the connection has closed or the transaction ended. */
function guarded(connection: Connection, stage: { isOver: boolean }): Statements {
  const check = (): void => {
    if (connection.hasClosed) throw lost('The transaction lost its connection.', 'CONNECTION_CLOSED')
    if (stage.isOver) throw new Error('The transaction has ended.')
  }
  return new Proxy(connection.sql, {
    apply: (target, self, args) => {
      check()
      return Reflect.apply(target, self, args)
    },
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key)
      if (key !== 'unsafe' && key !== 'file') return member
      return (...args: unknown[]) => {
        check()
        return (member as (...all: unknown[]) => unknown)(...args)
      }
    },
  })
}
