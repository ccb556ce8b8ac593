import { expect, test } from 'vitest'
import { explained } from './failure.ts'

test.each(['53000', '53100', '53200', '53300', '53400', '58030', '57P05'])(
  'SQLSTATE %s is unavailable, with a time to try again',
  (code) => {
    const error = Object.assign(new Error('could not extend file: No space left on device'), { code })
    expect(explained(error)).toMatchObject({
      code: 'unavailable',
      message: 'database_busy',
      details: { retryAfterSeconds: expect.any(Number) },
      cause: error,
    })
  },
)
