import { describe, expect, test } from 'vitest'
import { BlockForm, BookForm, BookInput, CancelInput, CorrectAddressInput } from './input.ts'

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

describe('what is not seen or turns text', () => {
  const named = (givenName: string) =>
    BookInput.safeParse({
      patient: { givenName, familyName: 'Byron', birthDate: '1980-12-10', email: 'ada@example.org' },
    }).success
  const hidden = [0x200b, 0x200e, 0x200f, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0xfeff].map((code) =>
    String.fromCodePoint(code),
  )

  test.each(hidden)('%j is in no name and no reason', (character) => {
    expect(named(`Ada${character}m`)).toBe(false)
    expect(CancelInput.safeParse({ reason: `I am${character} well` }).success).toBe(false)
  })

  test('joiners stay where a script needs them, and hide in no Latin name', () => {
    expect(named('\u0639\u0644\u06cc\u200c\u0631\u0636\u0627')).toBe(true)
    expect(named('\u0dc1\u0dca\u200d\u0dbb\u0dd3')).toBe(true)
    expect(named('Ada\u200dm')).toBe(false)
    expect(CancelInput.safeParse({ reason: '\u{1f469}\u200d\u2695\ufe0f called' }).success).toBe(true)
  })
})

describe('the booking form of a service for known patients', () => {
  const form = {
    ...{ key: 'a key', for: 'me', terms: '1', privacy: '1', notice: '1' },
    patient: { givenName: 'Ada', familyName: 'Byron', birthDate: '1980-12-10', email: 'ada@example.org' },
  }
  const issues = (given: object) =>
    BookForm.safeParse({ ...form, ...given }).error?.issues.map(({ path, message }) => [path.join('.'), message])

  test('asks again when the question was left blank, beside whatever else is to mend', () => {
    expect(issues({ mustAnswer: 'returning' })).toEqual([['returning', 'returning_missing']])
    const patient = { ...form.patient, email: undefined }
    expect(issues({ mustAnswer: 'returning', patient })).toEqual([
      ['patient.email', 'contact_missing'],
      ['returning', 'returning_missing'],
    ])
  })

  test('takes an answer; where nothing must be answered a blank is none', () => {
    expect(issues({ mustAnswer: 'returning', returning: 'no' })).toBeUndefined()
    expect(BookForm.parse({ ...form, mustAnswer: 'returning', returning: 'yes' }).book.returning).toBe(true)
    expect(BookForm.parse(form).book.returning).toBeUndefined()
  })
})

test.each([
  ['2000-01-01', true],
  ['2199-12-31', true],
  ['1999-12-31', false],
  ['0001-01-01', false],
  ['9999-12-31', false],
])('a block on %s is taken: %s', (date, isTakenThen) => {
  const form = { listingId: '00000000-0000-7000-8000-000000000000', date, from: '12:00', to: '13:00', reason: 'Lunch' }
  const { success, error } = BlockForm.safeParse(form)
  expect([success, error?.issues.map(({ message }) => message)]).toEqual([
    isTakenThen,
    isTakenThen ? undefined : ['day_range'],
  ])
})
