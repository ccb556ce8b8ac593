import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { aListing, asOwner, type ListingFixture } from '#db/testing/fixtures.ts'
import { FindInput } from '#domain/directory/input.ts'
import { changeEnv } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import { call } from './testing/client.ts'

const patient = {
  givenName: 'Ada',
  familyName: 'Newcomer',
  email: 'ada@example.org',
  phone: '+12025550143',
  birthDate: '1984-02-29',
}
let clinic: ListingFixture
let held: { id: string; token: string }
let booked: { id: string; manageToken: string }

beforeAll(async () => {
  changeEnv({
    RATE_LIMIT_PER_MINUTE: '100000',
    RATE_LIMIT_HOLDS_PER_ADDRESS: '100000',
    RATE_LIMIT_HOLDS_PER_LISTING_DAY: '100000',
    RATE_LIMIT_BOOKINGS_PER_ADDRESS: '100000',
    RATE_LIMIT_BOOKINGS_PER_LISTING_DAY: '100000',
  })
  clinic = await aListing()
  const hold = (startsAt: string | undefined) =>
    call('POST', '/holds', {
      ...{ key: newId(), body: { listingId: clinic.listingId, serviceId: clinic.serviceId, startsAt } },
    })
  held = (await hold(clinic.at.toISOString())).json
  const kept = (await hold(clinic.times[4]?.toISOString())).json
  const body = { holdId: kept.id, holdToken: kept.token, patient }
  booked = (await call('POST', '/appointments', { key: newId(), body })).json
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
    'e\u0301',
    'שלום',
    'a\u0000b',
    'a\udfff',
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
const anything = fc.oneof(
  text,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, 0, -0, 1e308, -1, true, Array(5_000).fill(0), { __proto__: null, constructor: 1 }),
)

/** What was sent is at fault, or nothing is: never we. `call` holds each answer against the contract. */
const isFine = (status: number) => expect([200, 201, 204, 400, 404, 409, 410, 413, 415, 422]).toContain(status)

const keys = [...Object.keys(FindInput.shape), 'other']

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

/** Values that only a text can hold: numbers beyond numbers, depth, the same key twice. Each has a stand-in until it is sent. */
const wholes = ['1e309', '-1e309', '9'.repeat(400), `${'['.repeat(5_000)}${']'.repeat(5_000)}`, '{"a":1,"a":2}']
const jsonOf = (whole: string): string => `whole ${wholes.indexOf(whole)}`

/** How much the clinic has of everything that a call could write. */
const rows = () =>
  asOwner(async (tx) => {
    const { tenantId } = clinic
    return [
      ...(await tx`
        select (select count(*)::int from hold where tenant_id = ${tenantId}) as holds,
          (select count(*)::int from occupancy where tenant_id = ${tenantId}) as taken,
          (select count(*)::int from patient where tenant_id = ${tenantId}) as patients,
          (select count(*)::int from related_person where tenant_id = ${tenantId}) as bookers,
          (select count(*)::int from appointment where tenant_id = ${tenantId}) as visits,
          (select count(*)::int from appointment_history where tenant_id = ${tenantId}) as history,
          (select count(*)::int from outbox where tenant_id = ${tenantId}) as news,
          (select count(*)::int from audit_event where tenant_id = ${tenantId}) as audits,
          (select count(*)::int from idempotency where result is null) as halves`),
    ]
  })

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

test('whatever a body holds: what is refused leaves nothing behind', async () => {
  const visit = `/appointments/${booked.id}`
  const bodies: [string, string, () => object][] = [
    [
      '/holds',
      '',
      () => ({ listingId: clinic.listingId, serviceId: clinic.serviceId, startsAt: clinic.times[8]?.toISOString() }),
    ],
    [
      '/appointments',
      '',
      () => ({
        holdId: held.id,
        holdToken: held.token,
        patient,
        bookedBy: { ...patient, relationship: 'parent' },
        acknowledged: [{ document: 'terms', version: '1' }],
        returning: false,
      }),
    ],
    [`${visit}/reschedule`, booked.manageToken, () => ({ startsAt: clinic.times[12]?.toISOString() })],
    [`${visit}/cancel`, booked.manageToken, () => ({ reason: 'x' })],
  ]
  let made = await rows()
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...bodies),
      fc.nat(40),
      fc.oneof({ weight: 4, arbitrary: anything }, fc.constantFrom(...wholes).map(jsonOf)),
      async ([path, token, body], place, garbage) => {
        const sent = JSON.stringify(withGarbage(body(), place, garbage))
        const raw = wholes.reduce((text, whole) => text.replaceAll(JSON.stringify(jsonOf(whole)), whole), sent)
        const { status } = await call('POST', path, { key: newId(), token, raw })
        isFine(status)
        const now = await rows()
        if (status >= 400) expect(now, `${path} ${raw}`.slice(0, 500)).toEqual(made)
        made = now
      },
    ),
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
