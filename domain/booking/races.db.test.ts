import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { GuestActor } from '#db/actor.ts'
import { type GuestTx, withGuest, withStaff } from '#db/doors.ts'
import { auditBooking } from '#db/testing/auditor.ts'
import { aListing, anyone, guestOf, type ListingFixture, visitor } from '#db/testing/fixtures.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { testDatabase } from '#scripts/test/database.ts'
import { blockTime } from './blockTime.ts'
import { cancel } from './cancel.ts'
import { confirm } from './confirm.ts'
import { extendHold } from './extendHold.ts'
import { hold } from './hold.ts'
import { releaseHold } from './releaseHold.ts'
import { reschedule } from './reschedule.ts'

const minute = 60_000
/** A patient with an address of their own: bookings for one contact are counted one after the other. */
const ada = () => ({
  patient: { givenName: 'Ada', familyName: 'Byron', birthDate: '1980-12-10', email: `${newId()}@example.com` },
  acknowledged: [],
})

let admin: postgres.Sql
beforeAll(async () => {
  admin = postgres((await testDatabase()).admin, { max: 4, onnotice: () => {} })
})
beforeEach(() => vi.useRealTimers())
afterAll(() => admin.end())

const holdAs = (guest: GuestActor, listing: ListingFixture, startsAt: Date, serviceId = listing.serviceId) =>
  withGuest(guest, (tx) => hold(tx, { listingId: listing.listingId, serviceId, startsAt }, anyone()))

const take = (listing: ListingFixture, startsAt: Date, serviceId = listing.serviceId) =>
  holdAs(visitor(listing), listing, startsAt, serviceId)

async function book(listing: ListingFixture, startsAt: Date): Promise<GuestActor> {
  const guest = visitor(listing)
  await holdAs(guest, listing, startsAt)
  await withGuest(guest, (tx) => confirm(tx, guest.capability.id, ada(), anyone()))
  return guestOf({ tenantId: listing.tenantId, id: guest.capability.id })
}

const asGuest = <T>(guest: GuestActor, work: (tx: GuestTx, id: string) => Promise<T>): Promise<T> =>
  withGuest(guest, (tx) => work(tx, guest.capability.id))

/** As if the hold had run out a minute ago. */
async function expire(ids: string[]): Promise<void> {
  await admin`update occupancy set expires_at = clock_timestamp() - interval '1 minute' where appointment_id = any (${ids}) and kind = 'hold'`
  await admin`update hold set expires_at = o.expires_at from occupancy o where hold.id = any (${ids}) and o.appointment_id = hold.id`
}

/** How the attempts ended: 'won', or the code of the refusal; anything that is no AppError is rethrown. */
async function outcomes(attempts: Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const settled of await Promise.allSettled(attempts)) {
    if (settled.status === 'rejected' && !(settled.reason instanceof AppError)) throw settled.reason
    const code = settled.status === 'fulfilled' ? 'won' : settled.reason.code
    counts[code] = (counts[code] ?? 0) + 1
  }
  return counts
}

const many = <T>(count: number, make: (index: number) => Promise<T>) => Array.from({ length: count }, (_, i) => make(i))

const sound = async (...clinics: ListingFixture[]) =>
  expect(
    await auditBooking(
      admin,
      clinics.map((clinic) => clinic.tenantId),
    ),
  ).toEqual([])

test('of 500 who want one time at once, one wins and 499 are told it is taken, with alternatives', async () => {
  const clinic = await aListing()
  expect(await outcomes(many(500, () => take(clinic, clinic.at)))).toEqual({ won: 1, slot_taken: 499 })
  const refusal = await take(clinic, clinic.at).catch((error) => error)
  expect(refusal.details.alternatives[0]).toEqual({
    startsAt: clinic.times[2]?.toISOString(),
    endsAt: new Date((clinic.times[2]?.getTime() ?? 0) + 30 * minute).toISOString(),
  })
  await sound(clinic)
}, 30_000)

test('an expired hold is no obstacle: of 200 who want its time at once, one wins', async () => {
  const clinic = await aListing()
  const first = await take(clinic, clinic.at)
  await expire([first.id])
  expect(await outcomes(many(200, () => take(clinic, clinic.at)))).toEqual({ won: 1, slot_taken: 199 })
  await sound(clinic)
}, 30_000)

test('when the holder comes back late while others want the time, exactly one has it', async () => {
  for (let round = 0; round < 10; round += 1) {
    const clinic = await aListing()
    const late = visitor(clinic)
    await holdAs(late, clinic, clinic.at)
    await expire([late.capability.id])
    const attempts = [
      asGuest(late, (tx, id) => confirm(tx, id, ada(), anyone(), true)),
      ...many(4, () => take(clinic, clinic.at)),
    ]
    expect(await outcomes(attempts)).toEqual({ won: 1, slot_taken: 4 })
    await sound(clinic)
  }
})

test('visits that share rooms in different order never overlap and never wait in a circle', async () => {
  const rooms = Array.from({ length: 12 }, newId)
  const first = await aListing({ resources: rooms })
  const second = await aListing({ resources: rooms.toReversed() })
  const third = await aListing({ resources: rooms.slice(3, 8) })
  const listings = [first, second, third]
  let deadlocks = 0
  const attempts = many(240, (i) => {
    const listing = listings[i % 3] ?? first
    const input = {
      listingId: listing.listingId,
      serviceId: listing.serviceId,
      startsAt: listing.times[i % 4] ?? listing.at,
    }
    return withGuest(visitor(listing), (tx) =>
      hold(tx, input, anyone()).catch((error) => {
        // The door repeats the transaction: only here a deadlock is seen.
        if (error.code === '40P01') deadlocks += 1
        throw error
      }),
    )
  })
  const counts = await outcomes(attempts)
  // Half an hour every quarter of an hour, and all share rooms: times 0 and 2, or 1 and 3, or 0 and 3.
  expect(counts).toEqual({ won: 2, slot_taken: 238 })
  expect(deadlocks).toBe(0)
  await sound(...listings)
}, 30_000)

test('a refused visit keeps none of its rooms', async () => {
  const [a, b] = [newId(), newId()].toSorted()
  const both = await aListing({ resources: [a ?? '', b ?? ''] })
  const one = await aListing({ resources: [b ?? ''] })
  const other = await aListing({ resources: [a ?? ''] })
  await take(one, one.at)
  await expect(take(both, both.at)).rejects.toMatchObject({ code: 'slot_taken' })
  await take(other, other.at)
  await sound(both, one, other)
})

test('services of different lengths and buffers on one practitioner never overlap', async () => {
  const clinic = await aListing({
    services: [
      { durationMinutes: 15, stepMinutes: 5 },
      { durationMinutes: 20, stepMinutes: 5, bufferAfterMinutes: 10 },
      { durationMinutes: 50, stepMinutes: 5, bufferBeforeMinutes: 15 },
    ],
  })
  const attempts = many(300, (i) => {
    const startsAt = new Date(clinic.at.getTime() + ((i * 5) % 180) * minute)
    return take(clinic, startsAt, clinic.serviceIds[i % 3])
  })
  const counts = await outcomes(attempts)
  expect(counts.won).toBeGreaterThan(3)
  expect(Object.keys(counts).toSorted()).toEqual(expect.arrayContaining(['slot_taken', 'won']))
  expect(counts.unavailable).toBeUndefined()
  await sound(clinic)
}, 30_000)

test('a practitioner of two tenants has one time: of 100 in each clinic, one wins', async () => {
  const here = await aListing()
  const there = await aListing({ resources: here.resourceIds })
  const attempts = many(200, (i) => take(i % 2 ? here : there, here.at))
  expect(await outcomes(attempts)).toEqual({ won: 1, slot_taken: 199 })
  await sound(here, there)
}, 30_000)

test('an expired hold of another tenant gives way too', async () => {
  const here = await aListing()
  const there = await aListing({ resources: here.resourceIds })
  const first = await take(here, here.at)
  await expect(take(there, there.at)).rejects.toMatchObject({ code: 'slot_taken' })
  await expire([first.id])
  await take(there, there.at)
  await sound(here, there)
})

test('a moved visit frees its time at once, and an overlapping time of its own is no obstacle', async () => {
  const clinic = await aListing()
  const [first, quarterLater] = clinic.times
  const visit = await book(clinic, clinic.at)
  const moved = await asGuest(visit, (tx, id) => reschedule(tx, id, { startsAt: quarterLater ?? clinic.at }))
  expect(moved.startsAt).toBe(quarterLater?.toISOString())
  await asGuest(visit, (tx, id) => reschedule(tx, id, { startsAt: first ?? clinic.at }))
  const back = clinic.times[2] ?? clinic.at
  await take(clinic, back)
  await expect(asGuest(visit, (tx, id) => reschedule(tx, id, { startsAt: back }))).rejects.toMatchObject({
    code: 'slot_taken',
  })
  await sound(clinic)
})

test('two who move onto each other’s time are both answered, without a deadlock, and neither loses a time', async () => {
  const clinic = await aListing()
  const [a, , b] = clinic.times
  const visits = [await book(clinic, a ?? clinic.at), await book(clinic, b ?? clinic.at)]
  let transactions = 0
  for (let round = 0; round < 20; round += 1) {
    const moves = visits.map((visit, i) =>
      asGuest(visit, (tx, id) => {
        transactions += 1
        return reschedule(tx, id, { startsAt: (i ? a : b) ?? clinic.at })
      }),
    )
    expect(await outcomes(moves)).toEqual({ slot_taken: 2 })
  }
  expect(transactions).toBe(40)
  await sound(clinic)
})

test('moves, claims and cancels of the same times leave every visit with exactly its time', async () => {
  const clinic = await aListing()
  for (let round = 0; round < 8; round += 1) {
    const base = round * 8
    const at = (n: number) => clinic.times[base + n] ?? clinic.at
    const visit = await book(clinic, at(0))
    const counts = await outcomes([
      asGuest(visit, (tx, id) => reschedule(tx, id, { startsAt: at(2) })),
      asGuest(visit, (tx, id) => reschedule(tx, id, { startsAt: at(1) })),
      asGuest(visit, (tx, id) => cancel(tx, id, { reason: '' })),
      withStaff(clinic.staff.scheduler, (tx) => cancel(tx, visit.capability.id, { reason: '' })),
      take(clinic, at(0)),
      take(clinic, at(1)),
      take(clinic, at(2)),
    ])
    expect(counts.unavailable).toBeUndefined()
    await sound(clinic)
  }
  // Booked once, then one entry in the history and one message for each change that really happened.
  const twice = await admin`
    select a.id from appointment a where a.tenant_id = ${clinic.tenantId} and (
      a.sequence + 1 <> (select count(*) from appointment_history h where h.appointment_id = a.id)
      or a.sequence + 1 <> (select count(*) from outbox o where o.aggregate_id = a.id)
      or (select count(*) from appointment_history h where h.appointment_id = a.id and h.to_status = 'cancelled') > 1)`
  expect([...twice]).toEqual([])
}, 30_000)

test('giving a hold back while it is confirmed leaves either a whole visit or none', async () => {
  const clinic = await aListing()
  for (const startsAt of clinic.times.filter((_, i) => i % 2 === 0).slice(0, 15)) {
    const guest = visitor(clinic)
    await holdAs(guest, clinic, startsAt)
    const counts = await outcomes([
      asGuest(guest, (tx, id) => confirm(tx, id, ada(), anyone())),
      asGuest(guest, releaseHold),
      asGuest(guest, extendHold),
    ])
    expect(counts.unavailable).toBeUndefined()
    await sound(clinic)
  }
})

test('a hold confirmed twice at once is booked once, and the booked time stays', async () => {
  const clinic = await aListing()
  for (const startsAt of clinic.times.filter((_, i) => i % 2 === 0).slice(0, 15)) {
    const guest = visitor(clinic)
    await holdAs(guest, clinic, startsAt)
    const counts = await outcomes(many(3, () => asGuest(guest, (tx, id) => confirm(tx, id, ada(), anyone(), true))))
    expect(counts).toEqual({ won: 1, conflict: 2 })
    await sound(clinic)
  }
})

test('a block and a hold of the same time: one of them has it', async () => {
  const clinic = await aListing()
  for (const startsAt of clinic.times.filter((_, i) => i % 2 === 0).slice(0, 10)) {
    const input = {
      listingId: clinic.listingId,
      startsAt,
      endsAt: new Date(startsAt.getTime() + 20 * minute),
      reason: 'Meeting',
    }
    const counts = await outcomes([
      withStaff(clinic.staff.scheduler, (tx) => blockTime(tx, input)),
      take(clinic, startsAt),
    ])
    expect(counts.won).toBe(1)
    await sound(clinic)
  }
})

test('a hold of two rooms that lost one of them is gone as a whole', async () => {
  const [a, b] = [newId(), newId()]
  const both = await aListing({ resources: [a, b] })
  const one = await aListing({ resources: [b] })
  const guest = visitor(both)
  await holdAs(guest, both, both.at)
  await admin`update occupancy set expires_at = clock_timestamp() - interval '1 minute'
    where appointment_id = ${guest.capability.id} and resource_id = ${b}`
  await take(one, one.at)
  await expect(asGuest(guest, extendHold)).rejects.toMatchObject({ code: 'hold_expired' })
  await expect(asGuest(guest, (tx, id) => confirm(tx, id, ada(), anyone()))).rejects.toMatchObject({
    code: 'hold_expired',
  })
  await expect(asGuest(guest, (tx, id) => confirm(tx, id, ada(), anyone(), true))).rejects.toMatchObject({
    code: 'slot_taken',
  })
})

test('only the database’s clock ends a hold, whatever this process thinks the time is', async () => {
  const clinic = await aListing()
  const [early, , late] = clinic.times
  const kept = visitor(clinic)
  await holdAs(kept, clinic, early ?? clinic.at)
  const gone = await take(clinic, late ?? clinic.at)
  await expire([gone.id])

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60 * minute })
  await expect(take(clinic, early ?? clinic.at)).rejects.toMatchObject({ code: 'slot_taken' })
  await asGuest(kept, extendHold)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 120 * minute })
  await expect(
    asGuest(guestOf({ tenantId: clinic.tenantId, id: gone.id, kind: 'hold' }), (tx, id) =>
      confirm(tx, id, ada(), anyone()),
    ),
  ).rejects.toMatchObject({ code: 'hold_expired' })
  await take(clinic, late ?? clinic.at)
  await asGuest(kept, (tx, id) => confirm(tx, id, ada(), anyone()))
  await sound(clinic)
})
