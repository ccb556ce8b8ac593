import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type StaffTx, withGuest, withStaff } from '#db/doors.ts'
import type { StaffRole } from '#db/schema/policy.ts'
import { aListing, anyone, type ListingFixture, shiftVisit, visitor } from '#db/testing/fixtures.ts'
import { newId } from '#lib/ids.ts'
import { testDatabase } from '#scripts/test/database.ts'
import { blockTime } from './blockTime.ts'
import { cancel } from './cancel.ts'
import { confirm } from './confirm.ts'
import { blockInZone, dayBlocks, dayVisits, desk, maybeSame, visitHistory } from './day.ts'
import { hold } from './hold.ts'
import { progress } from './progress.ts'
import { unblockTime } from './unblockTime.ts'
import { viewDay } from './viewDay.ts'
import { viewVisit } from './viewVisit.ts'

const minute = 60_000
const dayMs = 86_400_000
const ada = { givenName: 'Ada', familyName: 'Byron', birthDate: '1980-12-10', phone: '+15555550142' }

let admin: postgres.Sql
let clinic: ListingFixture
/** Someone of another tenant. */
let stranger: ListingFixture
let used = 0

beforeAll(async () => {
  admin = postgres((await testDatabase()).admin, { max: 2, onnotice: () => {} })
  clinic = await aListing({ zone: 'America/New_York', service: { cancelUntilMinutes: 1440 } })
  stranger = await aListing()
})
afterAll(() => admin.end())

/** A time of the listing that no other test here uses. */
function freshTime(place: ListingFixture): Date {
  used += 4
  const time = place.times[used]
  if (!time) throw new Error('The listing has no time left for this test.')
  return time
}

/** A visit of the listing. */
async function book(place = clinic, patient = ada, startsAt = freshTime(place)): Promise<string> {
  const guest = visitor(place)
  const { listingId, serviceId } = place
  await withGuest(guest, (tx) => hold(tx, { listingId, serviceId, startsAt }, anyone()))
  await withGuest(guest, (tx) => confirm(tx, guest.capability.id, { patient, acknowledged: [] }, anyone()))
  return guest.capability.id
}

const as = <T>(role: StaffRole, work: (tx: StaffTx) => Promise<T>, place: Pick<ListingFixture, 'staff'> = clinic) =>
  withStaff(place.staff[role], work)

/** As if the visit started so many seconds from now. */
const startIn = (id: string, seconds: number) => shiftVisit(admin, id, seconds, seconds + 1800)

const standing = async (id: string) => {
  const [row] = await admin<{ status: string; history: number; audits: number; news: number }[]>`
    select a.status,
      (select count(*)::int from appointment_history h where h.appointment_id = a.id) as history,
      (select count(*)::int from audit_event e where e.entity_id = a.id) as audits,
      (select count(*)::int from outbox o where o.aggregate_id = a.id) as news
    from appointment a where a.id = ${id}`
  return row
}

const day = (from: Date) => ({ from: new Date(from.getTime() - dayMs), to: new Date(from.getTime() + dayMs) })

test('arrived, fulfilled and both steps back, each with its history', async () => {
  const id = await book()
  const went = []
  for (const [step, from] of [
    ['arrive', 'booked'],
    ['fulfil', 'arrived'],
    ['undo', 'fulfilled'],
    ['undo', 'arrived'],
  ] as const) {
    went.push((await as('scheduler', (tx) => progress(tx, { appointmentId: id, step, from }))).status)
  }
  expect(went).toEqual(['arrived', 'fulfilled', 'arrived', 'booked'])
  const history = await as('practitioner', (tx) => visitHistory(tx, id))
  expect(history.map((entry) => [entry.toStatus, entry.by])).toEqual([
    ['booked', 'guest'],
    ['arrived', 'staff'],
    ['fulfilled', 'staff'],
    ['arrived', 'staff'],
    ['booked', 'staff'],
  ])
})

test('a step pressed twice is one step: undo from fulfilled leaves arrived, and writes once', async () => {
  const id = await book()
  const step = (name: 'arrive' | 'fulfil' | 'undo', from: 'booked' | 'arrived' | 'fulfilled') =>
    as('scheduler', (tx) => progress(tx, { appointmentId: id, step: name, from }))
  await step('arrive', 'booked')
  await step('fulfil', 'arrived')
  await Promise.all([step('undo', 'fulfilled'), step('undo', 'fulfilled'), step('undo', 'fulfilled')])
  expect(await standing(id)).toMatchObject({ status: 'arrived', history: 4 })
  await step('undo', 'arrived')
  await expect(step('fulfil', 'arrived')).rejects.toMatchObject({ code: 'not_allowed_now' })
  expect(await standing(id)).toMatchObject({ status: 'booked', history: 5 })
})

test('a no-show is refused a second before the start, taken after it, and taken back', async () => {
  const id = await book()
  const noshow = () => as('scheduler', (tx) => progress(tx, { appointmentId: id, step: 'noshow', from: 'booked' }))
  await startIn(id, 30)
  await expect(noshow()).rejects.toMatchObject({ code: 'not_allowed_now' })
  await startIn(id, -1)
  expect(await noshow()).toEqual({ id, status: 'noshow' })
  await as('scheduler', (tx) => progress(tx, { appointmentId: id, step: 'undo', from: 'noshow' }))
  expect(await standing(id)).toMatchObject({ status: 'booked' })
})

test.each(['billing', 'auditor'] as const)('%s changes nothing at the desk and leaves nothing behind', async (role) => {
  const id = await book()
  const before = await standing(id)
  const at = clinic.times[90] as Date
  const input = {
    listingId: clinic.listingId,
    startsAt: at,
    endsAt: new Date(at.getTime() + 30 * minute),
    reason: 'No',
  }
  const refused = { code: 'forbidden' }
  await expect(
    as(role, (tx) => progress(tx, { appointmentId: id, step: 'arrive', from: 'booked' })),
  ).rejects.toMatchObject(refused)
  await expect(as(role, (tx) => cancel(tx, id, { reason: 'person_away' }))).rejects.toMatchObject(refused)
  await expect(as(role, (tx) => blockTime(tx, input))).rejects.toMatchObject(refused)
  await expect(as(role, (tx) => unblockTime(tx, newId()))).rejects.toMatchObject(refused)
  await expect(
    as(role, (tx) =>
      blockInZone(tx, { listingId: clinic.listingId, date: '2026-12-01', from: '09:00', to: '10:00', reason: 'No' }),
    ),
  ).rejects.toMatchObject(refused)
  expect(await standing(id)).toEqual(before)
})

test('a practitioner works with visits and blocks no time; billing and auditor read the day and no chart', async () => {
  const id = await book()
  await as('practitioner', (tx) => progress(tx, { appointmentId: id, step: 'arrive', from: 'booked' }))
  await expect(as('practitioner', (tx) => unblockTime(tx, newId()))).rejects.toMatchObject({ code: 'forbidden' })
  for (const role of ['billing', 'auditor'] as const) {
    const reads: ((tx: StaffTx, visit: string) => Promise<unknown>)[] = [viewVisit, maybeSame, visitHistory]
    for (const read of reads) await expect(as(role, (tx) => read(tx, id))).rejects.toMatchObject({ code: 'forbidden' })
    expect((await as(role, desk)).listings.map((listing) => listing.id)).toEqual([clinic.listingId])
  }
})

test("another tenant's visit, listing and block are not found, and their day is empty", async () => {
  const id = await book()
  const at = clinic.times[94] as Date
  const span = { startsAt: at, endsAt: new Date(at.getTime() + 30 * minute) }
  const { id: blockId } = await as('scheduler', (tx) =>
    blockTime(tx, { listingId: clinic.listingId, ...span, reason: 'Away' }),
  )
  const they = <T>(work: (tx: StaffTx) => Promise<T>) => as('owner', work, stranger)
  const unknown = { code: 'not_found' }
  await expect(they((tx) => progress(tx, { appointmentId: id, step: 'arrive', from: 'booked' }))).rejects.toMatchObject(
    unknown,
  )
  await expect(they((tx) => cancel(tx, id, { reason: 'person_away' }))).rejects.toMatchObject(unknown)
  await expect(they((tx) => viewVisit(tx, id))).rejects.toMatchObject(unknown)
  await expect(
    they((tx) => blockTime(tx, { listingId: clinic.listingId, ...span, reason: 'Theirs' })),
  ).rejects.toMatchObject(unknown)
  await expect(they((tx) => unblockTime(tx, blockId))).rejects.toMatchObject(unknown)
  await expect(
    they((tx) =>
      blockInZone(tx, { listingId: clinic.listingId, date: '2026-12-01', from: '09:00', to: '10:00', reason: 'No' }),
    ),
  ).rejects.toMatchObject(unknown)
  expect(await they((tx) => viewDay(tx, { listingIds: [clinic.listingId], date: '2026-12-01', ...day(at) }))).toEqual({
    visits: [],
    blocks: [],
  })
  expect(await they((tx) => visitHistory(tx, id))).toEqual([])
  expect(await they((tx) => maybeSame(tx, id))).toEqual([])
  expect(await standing(id)).toMatchObject({ status: 'booked' })
  expect(await as('owner', (tx) => dayBlocks(tx, [clinic.listingId], span.startsAt, span.endsAt))).toHaveLength(1)
})

test('staff cancel past the policy; once more answers the same and writes nothing; a visit that went on is refused', async () => {
  const id = await book()
  await startIn(id, 3600)
  const off = (visit = id) => as('scheduler', (tx) => cancel(tx, visit, { reason: 'person_away' }))
  const first = await off()
  const after = await standing(id)
  expect(await off()).toEqual(first)
  expect(await standing(id)).toEqual(after)
  expect(after).toMatchObject({ status: 'cancelled' })
  const here = await book()
  await as('scheduler', (tx) => progress(tx, { appointmentId: here, step: 'arrive', from: 'booked' }))
  await expect(off(here)).rejects.toMatchObject({ code: 'not_allowed_now' })
})

test('a block names the visits in its way, touches neither of its neighbours, and given back is free again', async () => {
  const place = await aListing({ tenant: clinic })
  const [first, , second, , third] = place.times as [Date, Date, Date, Date, Date]
  const id = await book(place, ada, second)
  const block = (startsAt: Date, endsAt: Date) =>
    as('admin', (tx) => blockTime(tx, { listingId: place.listingId, startsAt, endsAt, reason: 'Away' }))
  await expect(block(first, third)).rejects.toMatchObject({
    code: 'conflict',
    details: { visits: [{ id, startsAt: second, patient: 'Ada Byron' }] },
  })
  const before = await block(first, second)
  await block(third, new Date(third.getTime() + 30 * minute))
  await expect(book(place, ada, first)).rejects.toMatchObject({ code: 'slot_taken' })
  await as('admin', (tx) => unblockTime(tx, before.id))
  await expect(as('admin', (tx) => unblockTime(tx, before.id))).rejects.toMatchObject({
    code: 'not_found',
    message: 'block_unknown',
  })
  await book(place, ada, first)
})

test('a block of a time that is over is refused and leaves nothing; one that is under way stands', async () => {
  const place = await aListing({ tenant: clinic })
  const block = (from: number, until: number) => {
    const [startsAt, endsAt] = [from, until].map((minutes) => new Date(Date.now() + minutes * minute)) as [Date, Date]
    return as('admin', (tx) => blockTime(tx, { listingId: place.listingId, startsAt, endsAt, reason: 'Away' }))
  }
  await expect(block(-120, -60)).rejects.toMatchObject({ code: 'invalid', message: 'block_past' })
  await block(-180, 60)
  expect(await admin`select 1 from time_block where listing_id = ${place.listingId}`).toHaveLength(1)
})

test('a block and its end each tell the relay that the listing changed', async () => {
  const place = await aListing({ tenant: clinic })
  const input = { listingId: place.listingId, startsAt: place.at, endsAt: new Date(place.at.getTime() + 30 * minute) }
  const news = async () =>
    (await admin`select topic from outbox where aggregate_id = ${place.listingId} order by id`).map(
      ({ topic }) => topic,
    )
  const { id } = await as('admin', (tx) => blockTime(tx, { ...input, reason: 'Away' }))
  expect(await news()).toEqual(['listing.changed'])
  await as('admin', (tx) => unblockTime(tx, id))
  expect(await news()).toEqual(['listing.changed', 'listing.changed'])
})

test('a day of more visits than a page would show is there whole', async () => {
  const place = await aListing({ tenant: clinic })
  const id = await book(place, ada, place.at)
  await admin.begin(async (tx) => {
    // Copies of one visit at one time: without the triggers, which would ask for the time of each.
    await tx`set local session_replication_role = replica`
    await tx`
      insert into appointment (tenant_id, id, listing_id, service_id, patient_id, status, starts_at, ends_at, offer)
      select tenant_id, gen_random_uuid(), listing_id, service_id, patient_id, 'cancelled', starts_at, ends_at, offer
      from appointment cross join generate_series(1, 1000) where id = ${id}`
  })
  const { from, to } = day(place.at)
  expect(await as('scheduler', (tx) => dayVisits(tx, [place.listingId], from, to))).toHaveLength(1_000)
})

test('the same block sent twice is one block, and the second says what stands there', async () => {
  const place = await aListing({ tenant: clinic })
  const input = {
    listingId: place.listingId,
    startsAt: place.at,
    endsAt: new Date(place.at.getTime() + 30 * minute),
    reason: 'Away',
  }
  await as('owner', (tx) => blockTime(tx, input))
  await expect(as('owner', (tx) => blockTime(tx, input))).rejects.toMatchObject({
    code: 'conflict',
    details: { visits: [], blocks: ['Away'] },
  })
  expect(await as('owner', (tx) => dayBlocks(tx, [place.listingId], input.startsAt, input.endsAt))).toHaveLength(1)
})

test("a practitioner of two tenants: the other clinic's visit is in the way and is not named", async () => {
  const here = await aListing({ tenant: clinic })
  const there = await aListing({ resources: here.resourceIds })
  const id = await book(there, { ...ada, familyName: 'Elsewhere' }, there.at)
  const span = { startsAt: there.at, endsAt: new Date(there.at.getTime() + 30 * minute) }
  const refusal = await as('scheduler', (tx) =>
    blockTime(tx, { listingId: here.listingId, ...span, reason: 'Away' }),
  ).catch((error) => error)
  expect(refusal).toMatchObject({ code: 'conflict', details: { visits: [], blocks: [] } })
  expect(JSON.stringify(refusal.details)).not.toContain(id)
  expect(
    await as('scheduler', (tx) =>
      dayVisits(tx, [here.listingId, there.listingId], day(there.at).from, day(there.at).to),
    ),
  ).toEqual([])
})

test('a day has its visits by their start: the first instant is in, the last is out; cancelled ones stand there too', async () => {
  const place = await aListing({ tenant: clinic })
  const [first, , second, , third] = place.times as [Date, Date, Date, Date, Date]
  const ids = [await book(place, ada, first), await book(place, ada, second), await book(place, ada, third)]
  await as('owner', (tx) => cancel(tx, ids[1] ?? '', { reason: 'person_away' }))
  const read = await as('practitioner', (tx) => dayVisits(tx, [place.listingId], first, third))
  expect(read.map(({ id, status }) => [id, status])).toEqual([
    [ids[0], 'booked'],
    [ids[1], 'cancelled'],
  ])
  expect(read[0]).toMatchObject({ patient: 'Ada Byron', birthDate: '1980-12-10', phone: ada.phone, isUnreached: false })
})

test.each(['billing', 'auditor'] as const)(
  '%s sees times, services and states of a day, and nobody’s name',
  async (role) => {
    const place = await aListing({ tenant: clinic })
    const id = await book(place, ada, place.at)
    const [visit] = await as(role, (tx) => dayVisits(tx, [place.listingId], day(place.at).from, day(place.at).to))
    expect(visit).toMatchObject({ id, startsAt: place.at, status: 'booked', service: 'New patient visit' })
    expect(visit).toMatchObject({ patient: null, birthDate: null, phone: null })
  },
)

test('wall time of a block is the clinic’s own on the days its clocks change', async () => {
  const typed = (date: string) =>
    as('scheduler', (tx) =>
      blockInZone(tx, { listingId: clinic.listingId, date, from: '00:30', to: '04:00', reason: 'Away' }),
    )
  const hours = async (date: string) => {
    const { startsAt, endsAt } = await typed(date)
    return (endsAt.getTime() - startsAt.getTime()) / 3_600_000
  }
  expect([await hours('2027-03-13'), await hours('2027-03-14'), await hours('2027-11-07')]).toEqual([3.5, 2.5, 4.5])
})

test('two charts of one name and birth date are shown to each other; other birth dates are not', async () => {
  const twin = { ...ada, givenName: 'Augusta', familyName: `Same${newId().slice(-6)}` }
  const id = await book(clinic, twin)
  await book(clinic, { ...twin, givenName: 'Ada' })
  await book(clinic, { ...twin, givenName: 'Nobody', birthDate: '1981-12-10' })
  expect(await as('scheduler', (tx) => maybeSame(tx, id))).toEqual([{ patient: `Ada ${twin.familyName}`, visits: 1 }])
})

test('each look at a chart and at a day leaves one record of who looked; a refused look leaves none', async () => {
  const place = await aListing()
  const id = await book(place, ada, place.at)
  const seen = () => admin`
    select action, entity_id as "entityId", person_id as "personId", scope from audit_event
    where tenant_id = ${place.tenantId} and action like '%.viewed' order by at, id`
  const { practitioner, billing } = place.staff
  await withStaff(practitioner, (tx) => viewVisit(tx, id))
  await withStaff(billing, (tx) => viewDay(tx, { listingIds: [place.listingId], date: '2026-12-01', ...day(place.at) }))
  await withStaff(billing, (tx) => viewVisit(tx, id)).catch(() => {})
  await withStaff(stranger.staff.owner, (tx) => viewVisit(tx, id)).catch(() => {})
  expect(await seen()).toEqual([
    { action: 'appointment.viewed', entityId: id, personId: practitioner.personId, scope: 'staff' },
    { action: 'day.viewed', entityId: place.tenantId, personId: billing.personId, scope: 'staff' },
  ])
})
