import { expect, test } from 'vitest'
import { moneyLabel } from './money.ts'

test.each([
  [12000, 'USD', '$120'],
  [12050, 'USD', '$120.50'],
  [0, 'USD', '$0'],
  [-5, 'USD', '-$0.05'],
  [123456789, 'USD', '$1,234,567.89'],
  [1200, 'JPY', '¥1,200'],
  [1234, 'KWD', 'KWD\u00a01.234'],
])('%i minor units of %s read %s', (amount, currency, words) => {
  expect(moneyLabel({ amount, currency }, 'en')).toBe(words)
})

test('an unknown currency throws', () => {
  expect(() => moneyLabel({ amount: 1, currency: 'dollars' }, 'en')).toThrow(RangeError)
})
