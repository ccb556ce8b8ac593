import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { aListing, type ListingFixture } from '#db/testing/fixtures.ts'
import { changeEnv } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import { call } from './testing/client.ts'

let clinic: ListingFixture
let held: { id: string; token: string }

beforeAll(async () => {
  changeEnv({
    RATE_LIMIT_PER_MINUTE: '100000',
    RATE_LIMIT_HOLDS_PER_ADDRESS: '100000',
    RATE_LIMIT_HOLDS_PER_LISTING_DAY: '100000',
  })
  clinic = await aListing()
  const body = { listingId: clinic.listingId, serviceId: clinic.serviceId, startsAt: clinic.at.toISOString() }
  held = (await call('POST', '/holds', { key: newId(), body })).json
})

const nasty = fc.constantFrom(
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e9',
    'NaN',
    'null',
    'true',
    '[]',
    '{}',
    '%',
    "'",
    '"',
    '\\',
    '\u0000',
    '\u202e',
    '\ud800',
    '🙂',
  ],
  ...['9'.repeat(400), 'x'.repeat(400), '2026-11-24', '2026-02-30', '0000-01-01T00:00:00Z', '+275760-09-13T00:00:00Z'],
  ...[
    '0,0',
    '90,180',
    '-90,-180',
    '91,181',
    '02139',
    'Boston, MA',
    ', MA',
    "'; drop table listing; --",
    '../../etc/passwd',
  ],
  ...['__proto__', 'constructor', 'v1.hold.x.x.1.1.x', '00000000-0000-0000-0000-000000000000'],
)
const text = fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 60 }))
const anything = fc.oneof(text, fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(null, 0, -0, 1e308, -1, true))

/** What was sent is at fault, or nothing is: never we. `call` holds each answer against the contract. */
const isFine = (status: number) => expect([200, 201, 204, 400, 404, 409, 410, 413, 415, 422]).toContain(status)

const keys = ['q', 'near', 'radiusKm', 'specialty', 'service', 'language', 'from', 'sort', 'limit', 'cursor', 'other']

test('whatever a search is asked for', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(...keys), text), { maxLength: 4 }), async (pairs) => {
      isFine((await call('GET', `/listings?${new URLSearchParams(pairs)}`)).status)
    }),
    { numRuns: 400 },
  )
})

test('whatever times are asked for', async () => {
  const id = fc.oneof({ weight: 3, arbitrary: fc.constant('mine') }, text)
  const value = (good: () => string) =>
    fc.oneof(
      { weight: 2, arbitrary: fc.constant(good) },
      text.map((bad) => () => bad),
    )
  const query = fc.record(
    {
      service: value(() => clinic.serviceId),
      from: value(() => new Date().toISOString()),
      to: value(() => new Date(Date.now() + 86_400_000).toISOString()),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(id, query, async (listing, given) => {
      const path =
        listing === 'mine' ? clinic.listingId : encodeURIComponent(listing.toWellFormed().replaceAll('/', '-')) || '-'
      const pairs = Object.entries(given).map(([key, make]) => [key, make?.() ?? ''])
      if (path === '.' || path === '..') return
      isFine((await call('GET', `/listings/${path}/times?${new URLSearchParams(pairs)}`)).status)
    }),
    { numRuns: 200 },
  )
})

const patient = {
  givenName: 'Ada',
  familyName: 'Newcomer',
  email: 'ada@example.org',
  phone: '+12025550143',
  birthDate: '1984-02-29',
}

/** `body` with one place in it, however deep, holding something else. */
function withGarbage(body: object, at: number, garbage: unknown): unknown {
  const places: [Record<string, unknown>, string][] = []
  const copy: Record<string, unknown> = structuredClone({ body })
  const visit = (inside: Record<string, unknown>) => {
    for (const [key, value] of Object.entries(inside)) {
      places.push([inside, key])
      if (value !== null && typeof value === 'object') visit(value as Record<string, unknown>)
    }
  }
  visit(copy)
  const [holder, key] = places[at % places.length] ?? [copy, 'body']
  holder[key] = garbage
  return copy.body
}

test('whatever a body holds', async () => {
  const bodies: [string, () => object][] = [
    [
      '/holds',
      () => ({ listingId: clinic.listingId, serviceId: clinic.serviceId, startsAt: clinic.times[8]?.toISOString() }),
    ],
    [
      '/appointments',
      () => ({
        holdId: held.id,
        holdToken: held.token,
        patient,
        bookedBy: { ...patient, relationship: 'parent' },
        acknowledged: [{ document: 'terms', version: '1' }],
        returning: false,
      }),
    ],
    [`/appointments/${newId()}/reschedule`, () => ({ startsAt: clinic.times[9]?.toISOString() })],
    [`/appointments/${newId()}/cancel`, () => ({ reason: 'x' })],
  ]
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...bodies), fc.nat(40), anything, async ([path, body], place, garbage) => {
      isFine(
        (await call('POST', path, { key: newId(), token: held.token, body: withGarbage(body(), place, garbage) }))
          .status,
      )
    }),
    { numRuns: 400 },
  )
})

test('whatever a body is, and whatever headers say', async () => {
  const header = fc.string({ unit: fc.constantFrom(...'aZ09 ._-:;,=/"%'), maxLength: 300 })
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, fc.json()), header, header, async (raw, key, authorization) => {
      isFine((await call('POST', '/holds', { raw, key })).status)
      isFine((await call('DELETE', `/holds/${held.id}`, { headers: { authorization } })).status)
      isFine((await call('GET', `/appointments/${held.id}`, { headers: { authorization } })).status)
    }),
    { numRuns: 150 },
  )
})
