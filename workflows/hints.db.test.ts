import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { GuestActor } from '#db/actor.ts'
import { withGuest, withStaff } from '#db/doors.ts'
import { aListing, anyone, everyDay, guestOf, type ListingFixture, visitor } from '#db/testing/fixtures.ts'
import { blockTime } from '#domain/booking/blockTime.ts'
import { cancel } from '#domain/booking/cancel.ts'
import { confirm } from '#domain/booking/confirm.ts'
import { hold } from '#domain/booking/hold.ts'
import { reschedule } from '#domain/booking/reschedule.ts'
import { changeEnv } from '#lib/env.ts'
import { localDate, plusDays } from '#lib/time.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import { Relay } from './relay.ts'

const patient = { givenName: 'Ada', familyName: 'Byron', birthDate: '1980-12-10', email: 'ada@example.org' }
const zone = 'America/New_York'
const day = plusDays(localDate(new Date(), zone), 3)
/** One visit a day, closed until `day`, changeable until it begins. */
const daily = {
  ...{ zone, day },
  rules: everyDay('09:00', '09:30'),
  closures: [{ fromDate: plusDays(day, -7), untilDate: plusDays(day, -1) }],
  service: { cancelUntilMinutes: 0 },
}

let admin: postgres.Sql
let relay: Relay | undefined

// A database of its own: the relay acts on every row of the outbox, those of other tests too.
beforeAll(async () => {
  const { web, jobs, owner, admin: adminUrl } = await ownDatabase('hints')
  admin = postgres(adminUrl, { max: 2, onnotice: () => {} })
  changeEnv({ DATABASE_URL: web, DATABASE_WORKER_URL: jobs, DATABASE_OWNER_URL: owner })
})
afterAll(async () => {
  await relay?.stop()
  await admin.end()
})

type Hint = { next: string; days: number }

async function hintOf({ listingId }: ListingFixture): Promise<Hint> {
  const [row] =
    await admin`select next_available_at as next, free_days as days from listing_hint where listing_id = ${listingId}`
  return { next: row?.next.toISOString(), days: row?.days }
}

/** The hint once it says `next`, or as it is after ten seconds. */
async function hintSaying(next: Date | undefined, listing: ListingFixture): Promise<string> {
  for (let tries = 0; tries < 200 && (await hintOf(listing)).next !== next?.toISOString(); tries += 1) await sleep(50)
  return (await hintOf(listing)).next
}

async function book({ tenantId, listingId, serviceId }: ListingFixture, startsAt: Date): Promise<GuestActor> {
  const guest = visitor({ tenantId })
  await withGuest(guest, (tx) => hold(tx, { listingId, serviceId, startsAt }, anyone()))
  await withGuest(guest, (tx) => confirm(tx, guest.capability.id, { patient, acknowledged: [] }, anyone()))
  return guestOf({ tenantId, id: guest.capability.id })
}

function timesOf({ times: [first, second, third] }: ListingFixture): [Date, Date, Date] {
  if (!first || !second || !third) throw new Error('This listing offers too little.')
  return [first, second, third]
}

/** A relay without Temporal that has taken its place and ticked. */
async function startRelay(): Promise<void> {
  relay = new Relay(undefined)
  relay.start()
  for (let tries = 0; tries < 200 && !relay.isActive; tries += 1) await sleep(50)
}

test('booking the last time of a day moves the hints of all who share the person; moving and cancelling move them back', async () => {
  const mine = await aListing(daily)
  const elsewhere = await aListing({ ...daily, resources: mine.resourceIds })
  const [first, second, third] = timesOf(mine)
  const before = await hintOf(mine)
  expect(before.next).toBe(first.toISOString())
  await startRelay()

  const guest = await book(mine, first)
  expect(await hintSaying(second, mine)).toBe(second.toISOString())
  expect(await hintSaying(second, elsewhere)).toBe(second.toISOString())
  expect((await hintOf(mine)).days).toBe(before.days & ~(before.days & -before.days))

  const { id } = guest.capability
  await withGuest(guest, (tx) => reschedule(tx, id, { startsAt: third }))
  expect(await hintSaying(first, mine)).toBe(first.toISOString())
  await withGuest(guest, (tx) => reschedule(tx, id, { startsAt: first }))
  expect(await hintSaying(second, mine)).toBe(second.toISOString())
  await withGuest(guest, (tx) => cancel(tx, id, { reason: '' }))
  expect(await hintSaying(first, mine)).toBe(first.toISOString())
  expect(await hintSaying(first, elsewhere)).toBe(first.toISOString())
})

test('a booking that is not near the next time leaves the hints alone: they are early at worst', async () => {
  const mine = await aListing(daily)
  const [first, , third] = timesOf(mine)
  const refreshedAt = async () =>
    (await admin`select refreshed_at::text as at from listing_hint where listing_id = ${mine.listingId}`)[0]?.at
  const before = await refreshedAt()
  await book(mine, third)
  // News are followed in their order, so the other listing's tell that this one's are done.
  const other = await aListing(daily)
  const [taken, next] = timesOf(other)
  await book(other, taken)
  expect(await hintSaying(next, other)).toBe(next.toISOString())
  expect(await refreshedAt()).toBe(before)
  expect((await hintOf(mine)).next).toBe(first.toISOString())
})

test('a block moves the hints of the other places too', async () => {
  const mine = await aListing(daily)
  const elsewhere = await aListing({ ...daily, resources: mine.resourceIds })
  const [first, second] = timesOf(mine)
  const { listingId } = mine
  const endsAt = new Date(first.getTime() + 3_600_000)
  await withStaff(mine.staff.scheduler, (tx) =>
    blockTime(tx, { listingId, startsAt: first, endsAt, reason: 'Training' }),
  )
  expect(await hintSaying(second, mine)).toBe(second.toISOString())
  expect(await hintSaying(second, elsewhere)).toBe(second.toISOString())
})

test('a listing whose hints cannot be worked out holds up no other', async () => {
  const [broken, mine] = [await aListing(daily), await aListing(daily)]
  await relay?.stop()
  await book(broken, broken.at)
  await admin`update listing set time_zone = 'Nowhere/At_all' where id = ${broken.listingId}`
  const [first, second] = timesOf(mine)
  await book(mine, first)
  await startRelay()
  expect(await hintSaying(second, mine)).toBe(second.toISOString())
  await admin`update listing set time_zone = ${broken.zone} where id = ${broken.listingId}`
})

test('a swept hold gives its time back to the hints', async () => {
  const mine = await aListing(daily)
  const [first, second] = timesOf(mine)
  await relay?.stop()
  const guest = visitor(mine)
  const { listingId, serviceId } = mine
  await withGuest(guest, (tx) => hold(tx, { listingId, serviceId, startsAt: first }, anyone()))
  await admin`select kernel.refresh_hints(array[${listingId}]::uuid[])`
  expect((await hintOf(mine)).next).toBe(second.toISOString())
  const { id } = guest.capability
  await admin`update hold set expires_at = now() - interval '1 second' where id = ${id}`
  await admin`update occupancy set expires_at = now() - interval '1 second' where appointment_id = ${id}`
  await startRelay()
  expect(await hintSaying(first, mine)).toBe(first.toISOString())
})
