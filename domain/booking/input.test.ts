import { describe, expect, test } from 'vitest'
import { BookInput, CorrectAddressInput } from './input.ts'

const isTaken = (email: string): boolean => CorrectAddressInput.safeParse({ email }).success

describe('an e-mail address', () => {
  test.each([
    "o'brien@example.org",
    'ada+clinic@mail.example.co.uk',
    'ada_l@x-ray.example.org',
    'ada@xn--e1afmkfd.example',
    'ada@example.xn--p1ai',
    ' ada@example.org ',
  ])('%j is taken', (email) => expect(isTaken(email)).toBe(true))

  test.each([
    'ada@127.0.0.1',
    'ada@0x7f.1',
    'ada@0x7f.0x1',
    'ada@2130706433',
    'ada@[127.0.0.1]',
    'ada@localhost',
    'ada@example.c',
    'ada@-example.org',
    'ada@example-.org',
    'ada@exa_mple.org',
    'ada@example..org',
    'ada@example.org.',
    '@example.org',
    "o'brien@",
    'ada@b@example.org',
    'a@b.org, c@d.org',
    'a@b.org\nBcc: c@d.org',
    '"ada"@example.org',
    `${'a'.repeat(65)}@example.org`,
    `ada@${'a'.repeat(64)}.org`,
  ])('%j is refused', (email) => expect(isTaken(email)).toBe(false))
})

test('a phone is kept as E.164, or refused at its field', () => {
  const book = (phone: string) =>
    BookInput.safeParse({ patient: { givenName: 'Ada', familyName: 'Newcomer', birthDate: '1984-02-29', phone } })
  expect(book(' (617) 555-0143 ').data?.patient.phone).toBe('+16175550143')
  expect(book('+44 20 7946 0958').data?.patient.phone).toBe('+442079460958')
  expect(book('020 7946 0958').error?.issues).toMatchObject([{ path: ['patient', 'phone'], message: 'phone_shape' }])
  expect(book('1'.repeat(41)).error?.issues).toMatchObject([{ path: ['patient', 'phone'], message: 'phone_shape' }])
})
