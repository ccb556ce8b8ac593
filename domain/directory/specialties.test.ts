import { expect, test } from 'vitest'
import { waysAsked } from './specialties.ts'

test.each([
  ['urgent-care', ['throat'], ['sore throat']],
  ['family-medicine', ['fever', 'child'], ['fever']],
  ['physical-therapy', ['espalda'], ['dolor de espalda']],
  ['pediatrics', ['pediatr'], []],
  ['pediatrics', [], []],
  ['nothing', ['fever'], []],
] as const)('%s is asked for by %j as %j', (code, words, ways) => {
  expect(waysAsked(code, words)).toEqual(ways)
})
