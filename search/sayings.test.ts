import { expect, test } from 'vitest'
import { asListingsSay, isInsurance } from './sayings.ts'

const words = (text: string) => asListingsSay(text.split(' ')).words.join(' ')

test.each([
  ['flu shot', 'vaccine'],
  ['flu shots for kids', 'vaccine for kids'],
  ['check up', 'checkup'],
  ['ob gyn', 'obgyn'],
  ['telehealth therapist', 'video therapist'],
  ['vacuna contra la gripe', 'vacuna'],
  ['flu', 'flu'],
  ['shot', 'shot'],
])('%s is looked for as %s', (typed, read) => {
  expect(words(typed)).toBe(read)
})

test('what was put otherwise is told, an insurance is not', () => {
  expect(asListingsSay(['flu', 'shot']).said).toEqual([{ from: 'flu shot', to: 'vaccine' }])
  const plan = asListingsSay(['blue', 'cross', 'pediatrician'])
  expect(plan.said).toEqual([])
  expect(plan.words.filter(isInsurance)).toEqual(['insurance'])
})
