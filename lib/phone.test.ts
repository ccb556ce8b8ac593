import { expect, test } from 'vitest'
import { phoneLabel, phoneNumber } from './phone.ts'

test('a number of the United States is written the national way, another with its country, anything else as it is', () => {
  expect(phoneLabel('+16175550150')).toBe('(617) 555-0150')
  expect(phoneLabel('+442079460958')).toBe('+44 20 7946 0958')
  for (const other of ['(617) 555-0150', '+1617555', '']) expect(phoneLabel(other)).toBe(other)
})

test.each([
  ['(617) 555-0143', '+16175550143'],
  ['1 617.555.0143', '+16175550143'],
  ['6175550143', '+16175550143'],
  ['+44 20 7946 0958', '+442079460958'],
  ['+52 55 1234 5678', '+525512345678'],
  ['+1 876 555 0123', '+18765550123'],
])('%s is %s', (typed, stored) => expect(phoneNumber(typed)).toBe(stored))

test.each([
  '020 7946 0958', // London without its country: 11 digits were kept as +02079460958
  '617 555 014',
  '911',
  '117 555 0143',
  '617 155 0143',
  '+1 017 555 0143',
  '+999 1234567',
  '+44 20 7946',
  '12345678',
  '617-555-0143 ext 5',
  'call 617 555 0143',
  '----------',
  '',
])('%j is refused', (typed) => expect(phoneNumber(typed)).toBeUndefined())
