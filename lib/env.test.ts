import { expect, test } from 'vitest'
import { allowanceOf, changeEnv, contactAllowance, env, missingSettings, optionalSetting, parseEnv } from './env.ts'

const secret = 'ab'.repeat(32)

test('a build with nothing set parses, and a missing secret is named when it is read', () => {
  const empty = parseEnv({ NODE_ENV: 'production' })
  expect(empty.PORT).toBe(3000)
  expect(() => empty.DATABASE_URL).toThrow(/DATABASE_URL is not set/)
  expect(() => empty.DATABASE_OWNER_URL).toThrow(/DATABASE_OWNER_URL is not set/)
})

test('every malformed setting is named, its value is not', () => {
  const read = () =>
    parseEnv({ NODE_ENV: 'test', DATABASE_URL: 'mysql://hunter2', CAPABILITY_KEY: 'short', PORT: '70000' })
  expect(read).toThrow(/DATABASE_URL[\s\S]*CAPABILITY_KEY|PORT/)
  expect(read).not.toThrow(/hunter2/)
})

test('a guest key may have one beside it, not two, and a short one is no key', () => {
  const key = (text: string) => () => parseEnv({ NODE_ENV: 'test', CAPABILITY_KEY: text })
  expect(key(`${secret},${'cd'.repeat(32)}`)).not.toThrow()
  for (const odd of [`${secret},`, `,${secret}`, `${secret},short`, `${secret},${secret},${secret}`])
    expect(key(odd)).toThrow(/CAPABILITY_KEY: one or two keys/)
})

test('an empty setting counts as missing', () => {
  expect(parseEnv({ NODE_ENV: 'test', TEMPORAL_ADDRESS: '' }).TEMPORAL_ADDRESS).toBeUndefined()
})

test('the demo is generous to its own machine and to nobody else; a number that is set counts for all', () => {
  const calls = (address: string) => allowanceOf(address).callsPerMinute
  const { PUBLIC_URL } = env()
  changeEnv({ PUBLIC_URL: 'http://127.0.0.1:3000', MEDLEY_MODE: 'demo' })
  changeEnv({ RATE_LIMIT_PER_MINUTE: undefined, RATE_LIMIT_HOLDS_PER_ADDRESS: undefined })
  expect(allowanceOf('127.0.0.1')).toMatchObject({ callsPerMinute: 2_000, holds: 1_000 })
  expect([calls('::1'), calls('198.51.100.7')]).toEqual([2_000, 120])
  changeEnv({ PUBLIC_URL, MEDLEY_MODE: undefined })
  expect([calls('127.0.0.1'), calls('198.51.100.7')]).toEqual([120, 120])
  changeEnv({ RATE_LIMIT_PER_MINUTE: '7' })
  expect([calls('127.0.0.1'), calls('198.51.100.7')]).toEqual([7, 7])
  changeEnv({ RATE_LIMIT_PER_MINUTE: undefined })
})

test('without a setting the limits of production are real numbers', () => {
  const { RATE_LIMIT_BOOKINGS_PER_CONTACT, RATE_LIMIT_MESSAGES_PER_CONTACT } = process.env
  changeEnv({ RATE_LIMIT_BOOKINGS_PER_CONTACT: undefined, RATE_LIMIT_MESSAGES_PER_CONTACT: undefined })
  expect(allowanceOf('198.51.100.7')).toMatchObject({
    ...{ holds: 5, holdsPerListingDay: 3, birthDatesPerHour: 30, bookings: 20, bookingsPerListingDay: 4 },
  })
  expect(contactAllowance()).toEqual({ bookings: 10, messages: 10, messagesPerVisit: 6 })
  changeEnv({ RATE_LIMIT_BOOKINGS_PER_CONTACT, RATE_LIMIT_MESSAGES_PER_CONTACT })
})

test('only MEDLEY_MODE=demo is a mode', () => {
  expect(() => parseEnv({ NODE_ENV: 'test', MEDLEY_MODE: 'Demo' })).toThrow(/MEDLEY_MODE/)
})

test('the demo is for its own machine: no public address, no proxy before it', () => {
  const demo = (settings: Record<string, string>) => () =>
    parseEnv({ NODE_ENV: 'production', MEDLEY_MODE: 'demo', ...settings })
  for (const own of ['http://127.0.0.1:3000', 'http://localhost:80', 'https://localhost', 'http://[::1]:3000'])
    expect(demo({ PUBLIC_URL: own }), own).not.toThrow()
  for (const far of ['https://care.example', 'http://10.0.0.7', 'http://127.0.0.1.nip.io', 'http://localhost.example'])
    expect(demo({ PUBLIC_URL: far }), far).toThrow(/PUBLIC_URL: the demo has one-click accounts/)
  expect(demo({ TRUSTED_PROXIES: '127.0.0.1' })).toThrow(/TRUSTED_PROXIES: the demo/)
})

test('outside the demo the public address has TLS, on this machine too', () => {
  const serve = (PUBLIC_URL: string) => () => parseEnv({ NODE_ENV: 'production', PUBLIC_URL })
  expect(serve('https://care.example')).not.toThrow()
  for (const open of ['http://care.example', 'http://127.0.0.1:3000'])
    expect(serve(open), open).toThrow(/PUBLIC_URL: https: is required/)
})

test('a production process is told each setting that it lacks, with its use', () => {
  const lines = missingSettings('web', {
    NODE_ENV: 'production',
    DATABASE_URL: 'postgres://web@db/medley',
    NEXTAUTH_SECRET: secret,
  })
  expect(lines.map((line) => line.split(':')[0])).toEqual([
    'DATABASE_AUTH_URL',
    'CONTEXT_KEY',
    'CAPABILITY_KEY',
    'PUBLIC_URL',
  ])
  expect(missingSettings('worker', { NODE_ENV: 'production' }).join('\n')).toMatch(/SMTP_URL: the mail server/)
})

test('asking for a setting that may be missing does not throw', () => {
  changeEnv({ DATABASE_OWNER_URL: undefined })
  expect(optionalSetting('DATABASE_OWNER_URL')).toBeUndefined()
  changeEnv({ DATABASE_OWNER_URL: 'postgres://owner@db/medley' })
  expect(optionalSetting('DATABASE_OWNER_URL')).toBe('postgres://owner@db/medley')
})
