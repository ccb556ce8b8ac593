import { expect, test } from 'vitest'
import { locks } from './locks.ts'

test('no two kinds of work share a number: a seed once waited for the relay, which never lets go', () => {
  expect(new Set(Object.values(locks)).size).toBe(Object.keys(locks).length)
})
