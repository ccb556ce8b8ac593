import { expect, test } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { explained } from './failure.ts'

test.each(['53000', '53100', '53200', '53300', '53400', '58030', '57P05'])(
  'SQLSTATE %s is unavailable, with a time to try again',
  (code) => {
    const error = Object.assign(new Error('could not extend file: No space left on device'), { code })
    expect(explained(error)).toMatchObject({
      code: 'unavailable',
      message: 'database_busy',
      details: { retryAfterSeconds: 2 },
      cause: error,
    })
  },
)

test('a role that the kernel refuses is forbidden; a grant that is missing is a fault of ours and stays one', () => {
  const refused = Object.assign(new Error('role not enough'), { code: '42501' })
  expect(explained(refused)).toMatchObject({ code: 'forbidden', message: 'role_not_enough', cause: refused })
  const ungranted = Object.assign(new Error('permission denied for table tally'), { code: '42501' })
  expect(explained(ungranted)).toBe(ungranted)
})

test('an AppError of another copy of its class stays what it was', () => {
  const busy = new AppError('unavailable', 'busy', { retryAfterSeconds: 2 })
  const foreign = Object.assign(new Error(busy.message), { name: busy.name, code: busy.code, details: busy.details })
  const ours = explained(foreign)
  expect(ours).toBeInstanceOf(AppError)
  expect(ours).toMatchObject({ code: 'unavailable', message: 'busy', details: { retryAfterSeconds: 2 } })
})
