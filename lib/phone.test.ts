import { expect, test } from 'vitest'
import { phoneLabel } from './phone.ts'

test('numbers of the United States as people write them, others and what is none as they are', () => {
  expect(phoneLabel('+16175550150')).toBe('(617) 555-0150')
  for (const other of ['+442079460958', '(617) 555-0150', '+1617555', '']) expect(phoneLabel(other)).toBe(other)
})
