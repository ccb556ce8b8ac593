import { expect, test } from 'vitest'
import { wordsAskedBy } from './specialties.ts'

test.each([
  ['urgent-care', ['sore', 'throa'], ['sore', 'throa']],
  ['family-medicine', ['fever', 'child'], ['fever']],
  ['physical-therapy', ['dolor', 'espalda'], ['dolor', 'espalda']],
  ['pediatrics', ['pediatr'], []],
  ['pediatrics', [], []],
  ['nothing', ['fever'], []],
] as const)('%s is asked for by %j: %j', (code, words, asked) => {
  expect(wordsAskedBy(code, words)).toEqual(asked)
})
