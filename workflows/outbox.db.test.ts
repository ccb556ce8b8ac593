import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { audit } from '#db/audit.ts'
import { withRelay, withSystem } from '#db/doors.ts'
import { aListing, type ListingFixture } from '#db/testing/fixtures.ts'
import { changeEnv } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import {
  addAuditMonths,
  backlog,
  done,
  failed,
  lease,
  mostAttempts,
  refreshListings,
  release,
  retireOccupancy,
  sweep,
  takeOver,
  tellAgain,
  tidy,
  told,
  toldNobody,
} from './outbox.ts'

let admin: postgres.Sql
let clinic: ListingFixture

beforeAll(async () => {
  const { web, jobs, owner, admin: adminUrl } = await ownDatabase('outbox')
  changeEnv({ DATABASE_URL: web, DATABASE_WORKER_URL: jobs, DATABASE_OWNER_URL: owner })
  admin = postgres(adminUrl, { max: 2, onnotice: () => {} })
  clinic = await aListing()
})
beforeEach(() => admin`delete from outbox`)
afterAll(() => admin.end())

async function write(topic: string, aggregate: string): Promise<number> {
  const [row] = await admin`
    insert into outbox (tenant_id, topic, aggregate_id) values (${clinic.tenantId}, ${topic}, ${aggregate}) returning id`
  return Number(row?.id)
}
const take = async (limit = 50, bookings = true) =>
  (await withRelay((tx) => lease(tx, limit, bookings))).map(({ id }) => id)
const rowOf = async (id: number) => (await admin`select * from outbox where id = ${id}`)[0]
const due = (id: number) => admin`update outbox set available_at = now() where id = ${id}`

test('of one aggregate the earliest comes first, the next only when it is done', async () => {
  const [one, other] = [newId(), newId()]
  const first = await write('booking.booked', one)
  const second = await write('booking.moved', one)
  const third = await write('booking.booked', other)
  expect(await take()).toEqual([first, third])
  expect(await take()).toEqual([])
  await withRelay((tx) => done(tx, [first, third]))
  expect(await take()).toEqual([second])
})

test('a tenant with a backlog delays nobody: each that waits has an equal share of a lease', async () => {
  const other = newId()
  for (let i = 0; i < 200; i += 1) await write('booking.booked', newId())
  const [late] = await admin`
    insert into outbox (tenant_id, topic, aggregate_id) values (${other}, 'booking.booked', ${newId()}) returning id`
  for (const bookings of [true, false]) {
    await admin`update outbox set leased_until = null, topic = ${bookings ? 'booking.booked' : 'listing.changed'}`
    const taken = await take(50, bookings)
    expect(taken).toContain(Number(late?.id))
    expect(taken).toHaveLength(26)
  }
  for (let i = 0; i < 60; i += 1)
    await admin`insert into outbox (tenant_id, topic, aggregate_id) values (${newId()}, 'booking.booked', ${newId()})`
  await admin`update outbox set leased_until = null, topic = 'booking.booked'`
  expect(await take(50)).toHaveLength(50)
})

test('two relays at once never get the same row', async () => {
  for (let i = 0; i < 40; i += 1) await write('booking.booked', newId())
  const parts = await Promise.all([take(15), take(15), take(15)])
  const all = parts.flat()
  expect(new Set(all).size).toBe(all.length)
})

test('without Temporal only what can be done without it is taken', async () => {
  await write('booking.booked', newId())
  const listing = await write('listing.changed', clinic.listingId)
  expect(await take(50, false)).toEqual([listing])
})

test('a lease ends by itself, by being given back, and when another relay takes over; none of them counts as a try', async () => {
  const id = await write('booking.booked', newId())
  expect(await take()).toEqual([id])
  await admin`update outbox set leased_until = now() - interval '1 second' where id = ${id}`
  expect(await take()).toEqual([id])
  await withRelay((tx) => release(tx, [id]))
  expect(await take()).toEqual([id])
  await withRelay(takeOver)
  expect(await take()).toEqual([id])
  expect(await rowOf(id)).toMatchObject({ attempts: 0 })
})

test('a failure waits twice as long each time; after the last the row is put aside, and the next of its aggregate goes on', async () => {
  const aggregate = newId()
  const id = await write('booking.nonsense', aggregate)
  const behind = await write('booking.moved', aggregate)
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const [row] = await withRelay((tx) => lease(tx, 50, true))
    expect(row?.id).toBe(id)
    if (!row) return
    const isDead = await withRelay((tx) => failed(tx, row, 'unknown_topic'))
    expect(isDead).toBe(attempt === mostAttempts)
    const [wait] =
      await admin`select round(extract(epoch from available_at - now()))::int as seconds from outbox where id = ${id}`
    expect(wait?.seconds).toBe(Math.min(2 ** attempt, 300))
    expect(await take()).toEqual(isDead ? [behind] : [])
    if (!isDead) await due(id)
  }
  expect(await rowOf(id)).toMatchObject({ reason: 'unknown_topic', attempts: mostAttempts, dead_at: expect.any(Date) })
  expect(await withRelay(backlog)).toMatchObject({ waiting: 1, dead: 1 })
})

test('news that Temporal has heard count as untold until the message is sent, found or given up', async () => {
  const [first, second, third] = [newId(), newId(), newId()]
  const ids = [
    await write('booking.booked', first),
    await write('booking.booked', second),
    await write('booking.moved', third),
  ]
  await write('listing.changed', clinic.listingId)
  await admin`update outbox set created_at = now() - id * interval '1 hour' where topic <> 'listing.changed'`
  await withRelay((tx) => done(tx, ids))
  const [oldest] = await admin`select max(id)::int as hours from outbox where topic <> 'listing.changed'`
  expect(await withRelay(backlog)).toMatchObject({
    ...{ waiting: 1, untold: 3, dead: 0 },
    oldestUntoldSeconds: expect.closeTo(oldest?.hours * 3_600, -2),
  })
  for (const id of ids.slice(0, 2)) await withRelay((tx) => told(tx, String(id)))
  expect(await withRelay(backlog)).toMatchObject({ untold: 1 })
  await withRelay((tx) => toldNobody(tx, clinic.tenantId, third))
  expect(await withRelay(backlog)).toMatchObject({ untold: 0, oldestUntoldSeconds: 0 })
})

test('many news of one listing are one refresh', async () => {
  const ids = [await write('listing.changed', clinic.listingId), await write('listing.changed', clinic.listingId)]
  await admin`update location set name = 'Side Street' where id = ${clinic.locationId}`
  await take()
  await withRelay((tx) => refreshListings(tx, [{ tenantId: clinic.tenantId, listingId: clinic.listingId }]))
  for (const id of ids) expect((await rowOf(id))?.done_at).toBeInstanceOf(Date)
  const [row] = await admin`select card->'location'->>'name' as name from listing where id = ${clinic.listingId}`
  expect(row?.name).toBe('Side Street')
})

test('news of another tenant about the same aggregate hold up nothing, and are not marked with ours', async () => {
  const stuck = await admin`
    insert into outbox (tenant_id, topic, aggregate_id, available_at)
    values (${newId()}, 'listing.changed', ${clinic.listingId}, 'infinity') returning id`
  const ours = await write('listing.changed', clinic.listingId)
  expect(await take()).toEqual([ours])
  await withRelay((tx) => refreshListings(tx, [{ tenantId: clinic.tenantId, listingId: clinic.listingId }]))
  expect((await rowOf(ours))?.done_at).toBeInstanceOf(Date)
  expect((await rowOf(Number(stuck[0]?.id)))?.done_at).toBeNull()
})

test('after an outage a lease reads as little as before: its cost does not grow with what is done or waits', async () => {
  const blocks = async () => {
    const [row] = await admin`
      select pg_stat_clear_snapshot(), heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit as blocks
      from pg_statio_user_tables where relname = 'outbox'`
    return Number(row?.blocks)
  }
  const spend = async () => {
    await admin`vacuum analyze outbox`
    const before = await blocks()
    expect(await take()).toHaveLength(50)
    // Backends report what they read with some delay.
    await expect.poll(blocks, { timeout: 15_000, interval: 250 }).toBeGreaterThan(before + 100)
    return (await blocks()) - before
  }
  const waiting = (count: number) => admin`
    insert into outbox (tenant_id, topic, aggregate_id)
    select ${clinic.tenantId}, 'booking.booked', uuidv7() from generate_series(1, ${count}::int)`
  await waiting(50)
  const calm = await spend()
  await admin`
    insert into outbox (tenant_id, topic, aggregate_id, done_at)
    select ${clinic.tenantId}, 'booking.booked', uuidv7(), now() from generate_series(1, 200000)`
  await waiting(20_000)
  // Without an index over what is not done it is 23 times as much; a deeper index and pruned versions cost about 3.
  expect((await spend()) / calm).toBeLessThan(8)
}, 60_000)

test('rows done more than a week ago are removed piece by piece until none is left; younger and undone ones stay', async () => {
  await admin`
    insert into outbox (tenant_id, topic, aggregate_id, done_at)
    select ${clinic.tenantId}, 'booking.booked', uuidv7(), now() - interval '8 days' from generate_series(1, 5001)`
  const young = await write('booking.booked', newId())
  await admin`update outbox set done_at = now() - interval '6 days' where id = ${young}`
  const waiting = await write('booking.booked', newId())
  expect(await withRelay(tidy)).toBe(true)
  expect(await withRelay(tidy)).toBe(false)
  expect((await admin`select id from outbox order by id`).map((row) => Number(row.id))).toEqual([young, waiting])
})

test('a sweep removes a bounded number of keys and says when there are more', async () => {
  await admin`
    insert into idempotency (scope, route, key_hash, body_hash, created_at)
    select 'anon', 'hold', 'old-' || n, '', now() - interval '73 hours' from generate_series(1, 5001) as n`
  const left = async () =>
    Number((await admin`select count(*) as n from idempotency where key_hash like 'old-%'`)[0]?.n)
  expect(await withRelay(sweep)).toMatchObject({ hasMore: true })
  expect(await left()).toBe(1)
  expect(await withRelay(sweep)).toMatchObject({ hasMore: false })
  expect(await left()).toBe(0)
})

test('occupancy that ended two days ago is removed, step by step through all resources; later ones and those of today stay', async () => {
  const [resource] = clinic.resourceIds
  const occupy = (from: string, to: string, id = newId()) => admin`
    insert into occupancy (resource_id, during, kind, tenant_id, appointment_id)
    values (${resource ?? ''}, tstzrange(now() + ${from}::interval, now() + ${to}::interval), 'block', ${clinic.tenantId}, ${id})`
  await occupy('-50 hours', '-49 hours')
  await occupy('-49 hours', '-47 hours')
  await occupy('1 hour', '2 hours')
  await admin`insert into resource (id, kind) select uuidv7(), 'room' from generate_series(1, 1000)`
  let after = await withRelay((tx) => retireOccupancy(tx, undefined))
  let steps = 1
  for (; after && steps < 10; steps += 1) after = await withRelay((tx) => retireOccupancy(tx, after))
  expect(steps).toBeGreaterThan(2)
  expect(after).toBeUndefined()
  const left = await admin`select 1 from occupancy where resource_id = ${resource ?? ''}`
  expect(left).toHaveLength(2)
})

test('the audit has a partition for this month and the next twelve; one that is missing is added, and rows go into it', async () => {
  const partitions = async () =>
    (
      await admin`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'audit_event'::regclass order by 1`
    ).map(({ name }) => name)
  const all = await partitions()
  expect(all).toHaveLength(14)
  const [first] = all
  await admin.unsafe(`drop table ${first}`)
  await withSystem('test', clinic.tenantId, async (tx) => audit(tx, 'test.between', 'test', newId()))
  const rowsOf = async (action: string) =>
    (await admin`select tableoid::regclass::text as name from audit_event where action = ${action}`).map(
      ({ name }) => name,
    )
  expect(await rowsOf('test.between')).toEqual(['audit.event_default'])
  await admin`delete from audit_event`
  await withRelay(addAuditMonths)
  expect(await partitions()).toEqual(all)
  await withSystem('test', clinic.tenantId, async (tx) => audit(tx, 'test.after', 'test', newId()))
  expect(await rowsOf('test.after')).toEqual([first])
  const [locked] = await admin<{ rls: boolean }[]>`
    select bool_and(relrowsecurity and relforcerowsecurity) as rls from pg_class where relnamespace = 'audit'::regnamespace and relkind = 'r'`
  expect(locked?.rls).toBe(true)
})

test('the backlog tells the age of the oldest row that waits', async () => {
  const id = await write('booking.booked', newId())
  await write('booking.booked', newId())
  await admin`update outbox set created_at = now() - interval '1 hour' where id = ${id}`
  const { oldestSeconds } = await withRelay(backlog)
  expect(oldestSeconds).toBeGreaterThanOrEqual(3_600)
  expect(oldestSeconds).toBeLessThan(3_700)
})

test('what nobody was told of is told again after five minutes, oldest first and 200 at a time; nothing else is', async () => {
  const again = () => withRelay(tellAgain)
  const doneAgo = (id: number, minutes: number) =>
    admin`update outbox set done_at = now() - make_interval(mins => ${minutes}) where id = ${id}`
  const late = await write('booking.cancelled', newId())
  const fresh = await write('booking.booked', newId())
  const heard = await write('booking.booked', newId())
  const listing = await write('listing.changed', newId())
  const dead = await write('booking.moved', newId())
  for (const id of [late, heard, listing, dead]) await doneAgo(id, 6)
  await doneAgo(fresh, 4)
  await withRelay((tx) => told(tx, String(heard)))
  await admin`update outbox set dead_at = now() where id = ${dead}`
  expect(await again()).toBe(1)
  expect(await take()).toEqual([late])
  await withRelay((tx) => done(tx, [late]))
  expect(await again()).toBe(0)

  await admin`
    insert into outbox (tenant_id, topic, aggregate_id, created_at, done_at)
    select ${clinic.tenantId}, 'booking.booked', gen_random_uuid(), now() - make_interval(secs => 2000 - n), now() - interval '6 minutes'
    from generate_series(1, 300) n`
  expect([await again(), await again(), await again()]).toEqual([200, 100, 0])
})
