import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hold } from '#domain/booking/hold.ts'
import { AppError } from '#lib/errors.ts'
import { testDatabase } from '#scripts/test/database.ts'
import { type GuestTx, readAsGuest, readAsStaff, withGuest, withPublic, withStaff } from './doors.ts'
import { changes, closePools } from './pool.ts'
import { aListing, anyone, aTenant, guestOf, type ListingFixture, visitor } from './testing/fixtures.ts'

let admin: postgres.Sql
let stalled: ListingFixture
let neighbour: ListingFixture

beforeAll(async () => {
  admin = postgres((await testDatabase()).admin, { max: 2, onnotice: () => {} })
  stalled = await aListing()
  neighbour = await aListing()
})
afterAll(async () => {
  await closePools()
  await admin.end()
})

const take = (listing: ListingFixture) =>
  withGuest(
    visitor(listing),
    (tx) => hold(tx, { listingId: listing.listingId, serviceId: listing.serviceId, startsAt: listing.at }, anyone()),
    { claims: listing.listingId },
  )
const codeOf = (error: unknown) => (error instanceof AppError ? error.code : Promise.reject(error))

/** Runs `work` while another transaction stands in line for everything that the listing's practitioner does. */
async function whileLocked<T>(listing: ListingFixture, work: () => Promise<T>): Promise<T> {
  const locked = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const holder = admin.begin(async (tx) => {
    await tx`
      select kernel.lock_resources(array(
        select resource_id from listing_resource where listing_id = ${listing.listingId} order by resource_id))`
    locked.resolve()
    await release.promise
  })
  await locked.promise
  try {
    return await work()
  } finally {
    release.resolve()
    await holder
  }
}

test('while a practitioner is stalled and forty want a time there, others read and book; then one of the forty has it', async () => {
  const forty = await whileLocked(stalled, async () => {
    const answers = Array.from({ length: 40 }, () => take(stalled).then(() => 'held', codeOf))
    await expect.poll(() => waiting(), { timeout: 10_000 }).toBe(3)
    const reads = await Promise.all([
      withPublic((tx) => tx.sql`select 1`),
      readAsStaff(stalled.staff.owner, (tx) => tx.sql`select name from location`),
      readAsGuest(guestOf({ tenantId: stalled.tenantId, id: stalled.listingId }), (tx) => tx.sql`select 1`),
      readAsStaff(neighbour.staff.owner, (tx) => tx.sql`select name from location`),
    ])
    expect(reads.map((rows) => rows.length)).toEqual([1, 1, 1, 1])
    expect(await take(neighbour)).toMatchObject({ tenantId: neighbour.tenantId })
    expect(await waiting()).toBeLessThanOrEqual(3)
    return answers
  })
  const counts = Object.groupBy(await Promise.all(forty), (answer) => answer)
  expect(counts.held).toHaveLength(1)
  expect(Object.keys(counts).filter((answer) => !['held', 'slot_taken', 'unavailable'].includes(answer))).toEqual([])
}, 60_000)

test('who waits for a stalled practitioner keeps nobody of the same address from holding a time elsewhere', async () => {
  const caller = anyone()
  const from = (listing: ListingFixture) =>
    withGuest(
      visitor(listing),
      (tx) =>
        hold(
          tx,
          { listingId: listing.listingId, serviceId: listing.serviceId, startsAt: listing.times[4] ?? listing.at },
          caller,
        ),
      { claims: listing.listingId },
    )
  const stuck = await whileLocked(stalled, async () => {
    const waits = from(stalled).then(() => 'held', codeOf)
    await expect.poll(() => waiting(), { timeout: 10_000 }).toBe(1)
    expect(await from(neighbour)).toMatchObject({ tenantId: neighbour.tenantId })
    expect(await waiting()).toBe(1)
    return waits
  })
  expect(['held', 'unavailable']).toContain(await stuck)
}, 60_000)

/** How many of the web's transactions wait for an advisory lock. */
async function waiting(): Promise<number> {
  const [row] = await admin<{ n: number }[]>`
    select count(*)::int as n from pg_stat_activity
    where datname = current_database() and usename = 'medley_web' and wait_event_type = 'Lock' and wait_event = 'advisory'`
  return row?.n ?? 0
}

test('changes of one tenant are in flight five at a time, whatever they change; another tenant’s go beside them', async () => {
  const [one, other] = [await aTenant(), await aTenant()]
  const release = Promise.withResolvers<void>()
  let inside = 0
  const change = () =>
    withStaff(one.staff.owner, async (tx) => {
      await tx.sql`select 1`
      inside += 1
      await release.promise
    })
  const many = Array.from({ length: 20 }, change)
  await expect.poll(() => inside).toBe(5)
  expect(changes().max).toBeGreaterThanOrEqual(10)
  expect([...(await withStaff(other.staff.owner, (tx) => tx.sql`select 1 as one`))]).toEqual([{ one: 1 }])
  expect(inside).toBe(5)
  release.resolve()
  await Promise.all(many)
  expect(inside).toBe(20)
})

test('a change that fails leaves its place to the next', async () => {
  const { staff } = await aTenant()
  const fail = () => withStaff(staff.owner, (tx) => tx.sql`select 1/0`).catch((error: { code: string }) => error.code)
  expect(new Set(await Promise.all(Array.from({ length: 30 }, fail)))).toEqual(new Set(['22012']))
  const claim = (tx: GuestTx) => tx.sql`select 1/0`
  const guest = visitor(stalled)
  for (let n = 0; n < 10; n += 1) {
    await expect(withGuest(guest, claim, { claims: stalled.listingId })).rejects.toMatchObject({ code: '22012' })
  }
})
