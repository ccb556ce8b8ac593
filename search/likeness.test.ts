import { expect, test } from 'vitest'
import { isLike } from './likeness.ts'

test.each([
  ['pediatrcian', 'pediatrician'],
  ['physcial', 'physical'],
  ['urgant', 'urgent'],
  ['familiy', 'family'],
  ['dermatolgist', 'dermatologist'],
  ['kardiologist', 'cardiologist'],
  ['smtih', 'smith'],
])('%s is a misspelt %s', (typed, word) => {
  expect(isLike(typed, word)).toBe(true)
})

test.each([
  ['dentist', 'adventist'],
  ['speaking', 'spring'],
  ['std', 'ste'],
  ['optician', 'physician'],
  ['vision', 'mission'],
])('%s is another word than %s', (typed, word) => {
  expect(isLike(typed, word)).toBe(false)
})
