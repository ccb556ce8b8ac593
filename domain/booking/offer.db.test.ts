import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { GuestActor } from '#db/actor.ts'
import { withGuest, withStaff } from '#db/doors.ts'
import { auditBooking } from '#db/testing/auditor.ts'
import { aListing, anyone, guestOf, type ListingFixture, type ServiceOptions, visitor } from '#db/testing/fixtures.ts'
import { moveTimes } from '#domain/availability/read.ts'
import { testDatabase } from '#scripts/test/database.ts'
import { blockTime } from './blockTime.ts'
import { cancel } from './cancel.ts'
import { confirm } from './confirm.ts'
import { hold } from './hold.ts'
import { heldVisit, visit } from './read.ts'
import { reschedule } from './reschedule.ts'

const minute = 60_000
const later = (time: Date, minutes: number): Date => new Date(time.getTime() + minutes * minute)
const ada = {
  patient: { givenName: 'Ada', familyName: 'Byron', birthDate: '1980-12-10', email: 'ada@example.com' },
  acknowledged: [],
}

let admin: postgres.Sql
beforeAll(async () => {
  admin = postgres((await testDatabase()).admin, { max: 2, onnotice: () => {} })
})
afterAll(() => admin.end())

const half: ServiceOptions = { durationMinutes: 30, bufferAfterMinutes: 0, cancelUntilMinutes: 60, name: 'Half hour' }

async function held(clinic: ListingFixture, startsAt: Date): Promise<GuestActor> {
  const guest = visitor(clinic)
  const { listingId, serviceId } = clinic
  await withGuest(guest, (tx) => hold(tx, { listingId, serviceId, startsAt }, anyone()))
  return guest
}

async function booked(clinic: ListingFixture, startsAt: Date): Promise<GuestActor> {
  const guest = await held(clinic, startsAt)
  await withGuest(guest, (tx) => confirm(tx, guest.capability.id, ada, anyone()))
  return guestOf({ tenantId: clinic.tenantId, id: guest.capability.id })
}

/** The service gets longer, with gaps, another name and price, and a stricter policy. */
const change = (clinic: ListingFixture) => admin`
  update service set duration_minutes = 60, buffer_before_minutes = 15, buffer_after_minutes = 15, name = 'Full hour',
    price_amount = 9900, price_currency = 'USD', minimum_age_years = 70, cancel_until_minutes = 500000
  where id = ${clinic.serviceId}`

const spans = (id: string) =>
  admin<{ from: Date; until: Date }[]>`
    select lower(during) as from, upper(during) as until from occupancy where appointment_id = ${id}`

test('who holds a time books what was offered then, also when the hold ran out and is taken again', async () => {
  const clinic = await aListing({ service: half })
  const [first, , third] = clinic.times
  const guests = [await held(clinic, first ?? clinic.at), await held(clinic, third ?? clinic.at)]
  await change(clinic)
  const late = guests[1]?.capability.id ?? ''
  await admin`update occupancy set expires_at = clock_timestamp() - interval '1 minute' where appointment_id = ${late}`
  for (const guest of guests) {
    const { id } = guest.capability
    const seen = await withGuest(guest, (tx) => heldVisit(tx, id))
    expect(seen).toMatchObject({ service: 'Half hour', priceAmount: null, cancelUntilMinutes: 60, minimumAgeYears: 0 })
    const made = await withGuest(guest, (tx) => confirm(tx, id, ada, anyone(), true))
    const startsAt = new Date(made.startsAt)
    expect(made.endsAt).toBe(later(startsAt, 30).toISOString())
    expect(await spans(id)).toEqual([{ from: startsAt, until: later(startsAt, 30) }])
    const mine = guestOf({ tenantId: clinic.tenantId, id })
    expect(await withGuest(mine, (tx) => visit(tx, id))).toMatchObject({ service: 'Half hour', cancelUntilMinutes: 60 })
  }
  expect(await auditBooking(admin, [clinic.tenantId])).toEqual([])
})

test('a visit is moved as long as it was booked: what it takes and what it says agree', async () => {
  const clinic = await aListing({ service: half })
  const guest = await booked(clinic, clinic.at)
  const { id } = guest.capability
  await change(clinic)
  const target = clinic.times[4] ?? clinic.at
  const moved = await withGuest(guest, (tx) => reschedule(tx, id, { startsAt: target }))
  expect(moved.endsAt).toBe(later(target, 30).toISOString())
  expect(await spans(id)).toEqual([{ from: target, until: later(target, 30) }])
  const again = clinic.times[8] ?? clinic.at
  await withStaff(clinic.staff.scheduler, (tx) => reschedule(tx, id, { startsAt: again }))
  expect(await spans(id)).toEqual([{ from: again, until: later(again, 30) }])
  expect(await withGuest(guest, (tx) => cancel(tx, id, { reason: '' }))).toMatchObject({ status: 'cancelled' })
  expect(await auditBooking(admin, [clinic.tenantId])).toEqual([])
})

test('the times offered for a move are as long as the visit: each can be had, its own included, nobody else’s', async () => {
  const clinic = await aListing({ service: half })
  const guest = await booked(clinic, clinic.at)
  const stranger = await booked(clinic, clinic.times[6] ?? clinic.at)
  await change(clinic)
  const { id } = guest.capability
  const window = { visitId: id, from: clinic.at, to: later(clinic.at, 480) }
  const offered = await withGuest(guest, (tx) => moveTimes(tx, window))
  expect(offered[0]).toEqual({ startsAt: clinic.at, endsAt: later(clinic.at, 30) })
  // Each quarter of an hour but those that overlap the other visit, to the last half hour of the day.
  const [last] = offered.slice(-1)
  for (const time of [offered[2], last]) {
    await withGuest(guest, (tx) => reschedule(tx, id, { startsAt: time?.startsAt ?? clinic.at }))
  }
  await expect(withGuest(stranger, (tx) => moveTimes(tx, window))).rejects.toMatchObject({ code: '28000' })
  const other = await aListing()
  expect(await withStaff(other.staff.scheduler, (tx) => moveTimes(tx, window))).toEqual([])
})

test('a visit whose service the listing no longer offers stays, and can be cancelled, not moved', async () => {
  const clinic = await aListing({ service: half })
  const guest = await booked(clinic, clinic.at)
  const { id } = guest.capability
  await admin`delete from listing_service where service_id = ${clinic.serviceId}`
  const moved = withGuest(guest, (tx) => reschedule(tx, id, { startsAt: clinic.times[4] ?? clinic.at }))
  await expect(moved).rejects.toMatchObject({ code: 'invalid', details: { phone: expect.stringMatching(/555/) } })
  expect(await spans(id)).toEqual([{ from: clinic.at, until: later(clinic.at, 30) }])
  expect(await withGuest(guest, (tx) => cancel(tx, id, { reason: '' }))).toMatchObject({ status: 'cancelled' })
})

test('a block that only touches the gap before or after a visit is refused with the visit’s name', async () => {
  const clinic = await aListing({
    service: { durationMinutes: 30, bufferBeforeMinutes: 15, bufferAfterMinutes: 15 },
  })
  const startsAt = clinic.times[4] ?? clinic.at
  const { capability } = await booked(clinic, startsAt)
  // The gaps of today say nothing about a visit of yesterday.
  await admin`update service set buffer_before_minutes = 0, buffer_after_minutes = 0 where id = ${clinic.serviceId}`
  const block = (from: Date, until: Date) =>
    withStaff(clinic.staff.scheduler, (tx) =>
      blockTime(tx, { listingId: clinic.listingId, startsAt: from, endsAt: until, reason: 'Meeting' }),
    )
  for (const [from, until] of [
    [later(startsAt, -20), later(startsAt, -5)],
    [later(startsAt, 35), later(startsAt, 60)],
  ] as const) {
    await expect(block(from, until)).rejects.toMatchObject({
      code: 'conflict',
      details: { visits: [{ id: capability.id, patient: 'Ada Byron' }] },
    })
  }
  await block(later(startsAt, 45), later(startsAt, 60))
})
