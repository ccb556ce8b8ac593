import { AppError } from '#lib/errors.ts'

/** 23P01: someone took a time without the lock on its resource; looked at again it is taken. */
const retryable = new Set(['40001', '40P01', '55P03', '23P01', 'TRANSACTION_NOT_BEGUN'])
const gone = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_FROZEN',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
])
/** Shutting down, starting up, no room on disk or in memory, too many connections, lock and statement time limits, disk errors, read only. */
const busy = /^(08\w\w\w|57P0[1-5]|53\w\w\w|55P03|57014|25P0[34]|25006|58030)$/
/** Text with a zero byte, an instant beyond the calendar: what came in, not what we did with it. */
const unreadable = new Set(['22021', '22P05', '22008'])

/** What `kernel.permit` and `kernel.permit_planner` raise with 42501, which a missing grant has too. */
const roleRefused = 'role not enough'

const codeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return typeof code === 'string' ? code : ''
}

/** Whether repeating the whole transaction may help: a deadlock, a serialization failure, a lock waited for too long, a connection lost before BEGIN. */
export const isRetryable = (error: unknown): boolean => retryable.has(codeOf(error))

/** Whether the server had no room on its disk or in memory, or takes no changes at all. */
export const isFull = (error: unknown): boolean => /^(53[12]\w\w|25006|58030)$/.test(codeOf(error))

/** Whether the connection was lost or ended under the transaction: what only reads can be done again on another one. */
export const isLost = (error: unknown): boolean =>
  gone.has(codeOf(error)) || /^(08\w\w\w|57P0[1-3])$/.test(codeOf(error))

/** An AppError of the copy of its class that Next bundled, thrown by a pool that both copies share. */
const isOtherCopys = (error: unknown): error is AppError => error instanceof Error && error.name === 'AppError'

/** The one place where a failure of Postgres becomes an AppError; everything else passes as it is. */
export function explained(error: unknown): unknown {
  if (error instanceof AppError) return error
  if (isOtherCopys(error)) return new AppError(error.code, error.message, error.details, error)
  const code = codeOf(error)
  if (retryable.has(code) || gone.has(code) || busy.test(code)) {
    return new AppError('unavailable', 'database_busy', { retryAfterSeconds: 2 }, error)
  }
  if (unreadable.has(code))
    return new AppError('invalid', 'text_shape', { errors: [{ pointer: '', detail: 'text_shape' }] }, error)
  if (code === '42501' && (error as Error).message === roleRefused)
    return new AppError('forbidden', 'role_not_enough', {}, error)
  return error
}
