import { ApplicationFailure } from '@temporalio/client'
import { expect, test } from 'vitest'
import { AppError, errorStatus } from '#lib/errors.ts'
import { asFailure } from './failure.ts'

test.each(Object.keys(errorStatus) as (keyof typeof errorStatus)[])(
  '%s keeps its code and key; only what may pass is tried again',
  (code) => {
    const failure = asFailure(new AppError(code, 'some_key', { phone: 'secret' }, new Error('secret')))
    expect(failure).toMatchObject({ type: code, message: 'some_key' })
    expect(failure.nonRetryable).toBe(!['unavailable', 'limit', 'conflict'].includes(code))
    expect(JSON.stringify(failure) + failure.stack + String(failure.cause)).not.toContain('secret')
  },
)

test('an error that nobody foresaw is tried again, and its text stays out of the history', () => {
  const failure = asFailure(Object.assign(new TypeError('secret of Ada'), { detail: 'secret' }))
  expect(failure).toMatchObject({ type: 'unexpected', message: 'unexpected', nonRetryable: false })
  expect(JSON.stringify(failure) + failure.stack).not.toContain('secret')
})

test('a failure made on purpose stays what it is', () => {
  const made = ApplicationFailure.create({ type: 'own', nonRetryable: true })
  expect(asFailure(made)).toBe(made)
})
