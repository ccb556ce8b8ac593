import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { guestActor, type StaffActor } from '#db/actor.ts'
import { now, withGuest, withPublic, withRelay, withStaff, withSystem } from '#db/doors.ts'
import { withoutForce } from '#db/force.ts'
import { anyone } from '#db/testing/fixtures.ts'
import { holdCapability, manageCapability, newHoldCapability } from '#domain/booking/access.ts'
import { cancel } from '#domain/booking/cancel.ts'
import { confirm } from '#domain/booking/confirm.ts'
import { dayBlocks, dayVisits, desk, maybeSame } from '#domain/booking/day.ts'
import { extendHold } from '#domain/booking/extendHold.ts'
import { hold } from '#domain/booking/hold.ts'
import { BookInput } from '#domain/booking/input.ts'
import { glance, visit } from '#domain/booking/read.ts'
import { reschedule } from '#domain/booking/reschedule.ts'
import { FindInput } from '#domain/directory/input.ts'
import { listingById, listingBySlug } from '#domain/directory/read.ts'
import { unreachedVisits } from '#domain/notification/read.ts'
import { newId } from '#lib/ids.ts'
import { find } from '#search/postgres.ts'
import { exactly, type Figures } from '../figures.ts'
import { freeSlots, type Slot } from '../slots.ts'
import type { World } from '../world.ts'

/** A sequential scan that read more rows than this is a plan gone wrong. */
const largestScan = 10_000
const statsSettleMs = 2_500
const dayMs = 86_400_000

type Scans = Map<string, { scans: number; rows: number }>

/**
 * Runs every hot statement under its own door and asks Postgres' counters which tables were read from end to end,
 * inside kernel functions too. Names the tables on standard output when there are some.
 */
export async function plansCase(world: World): Promise<Figures> {
  const owner = postgres(world.urls.owner, { max: 1, onnotice: () => {} })
  const [slot] = await freeSlots(world, 1, 4)
  if (!slot) throw new Error('No free times to try the statements with.')
  await sleep(statsSettleMs)
  const before = await scans(owner)
  await everyHotStatement(slot, await signedInOwner(owner, slot.tenantId))
  await sleep(statsSettleMs)
  const after = await scans(owner)
  await owner.end()
  const wrong = [...after].filter(([table, { scans: count, rows }]) => {
    const earlier = before.get(table) ?? { scans: 0, rows: 0 }
    return count > earlier.scans && (rows - earlier.rows) / (count - earlier.scans) > largestScan
  })
  for (const [table] of wrong) console.log(`  read from end to end: ${table}`)
  return { sequential_scans_over_10000_rows: exactly(wrong.length, 'tables', 0) }
}

async function scans(owner: postgres.Sql): Promise<Scans> {
  const rows = await owner<{ name: string; scans: number; rows: number }[]>`
    select relname as name, seq_scan::float8 as scans, seq_tup_read::float8 as rows from pg_stat_user_tables where schemaname = 'public'`
  return new Map(rows.map((row) => [row.name, row]))
}

/** A new person who owns the tenant and is signed in: a staff door opens only for whom the database knows. */
async function signedInOwner(owner: postgres.Sql, tenantId: string): Promise<StaffActor> {
  const [personId, sessionId] = [newId(), newId()]
  await owner.begin((tx) =>
    withoutForce(tx, async () => {
      await tx`insert into person (id, display_name) values (${personId}, 'Bench')`
      await tx`
        insert into session (id, secret_hash, person_id, expires_at)
        values (${sessionId}, ${randomBytes(32)}, ${personId}, now() + interval '1 hour')`
      await tx`insert into membership (tenant_id, person_id, role) values (${tenantId}, ${personId}, 'owner')`
    }),
  )
  return { kind: 'staff', tenantId, personId, role: 'owner', sessionId, requestId: 'plans' }
}

async function everyHotStatement(slot: Slot, staff: StaffActor): Promise<void> {
  await publicStatements(slot)
  const id = await guestStatements(slot)
  await staffStatements(slot, id, staff)
  await withRelay(
    (tx) =>
      tx.sql`select * from outbox where done_at is null and dead_at is null and available_at <= now() order by id limit 50`,
  )
  await withRelay((tx) => tx.sql`select * from kernel.sweep()`)
  await withRelay((tx) => tx.sql`select kernel.sweep_hints(50)`)
  await withRelay((tx) => tx.sql`select kernel.refresh_listing(array[${slot.listingId}]::uuid[])`)
}

async function publicStatements(slot: Slot): Promise<void> {
  const { slug } = await withPublic((tx) => listingById(tx, slot.listingId))
  await withPublic((tx) => listingBySlug(tx, slug))
  const asked = [
    { near: '02139', specialty: 'family-medicine' },
    { near: '10001', sort: 'nearest' },
    { near: 'Boise, ID', q: 'pediatrcian' },
    { q: 'dermatology', sort: 'soonest' },
    { near: '79901', language: 'Spanish', radiusKm: '160' },
  ]
  for (const query of asked) await withPublic((tx) => find(tx, FindInput.parse(query)))
}

async function guestStatements(slot: Slot): Promise<string> {
  const visitor = guestActor(newHoldCapability(slot.tenantId, newId(), await now()), 'plans')
  const held = await withGuest(visitor, (tx) => hold(tx, slot, anyone()))
  const holder = guestActor(holdCapability({ ...held, heldAt: new Date(held.heldAt) }), 'plans')
  await withGuest(holder, (tx) => extendHold(tx, held.id))
  const input = BookInput.parse({
    patient: { givenName: 'Ada', familyName: 'Plan', email: 'ada@example.org', birthDate: '1984-02-29' },
    bookedBy: { givenName: 'Ada', familyName: 'Plan', email: 'ada@example.org' },
  })
  const booked = await withGuest(holder, (tx) => confirm(tx, held.id, input, anyone()))
  const patient = guestActor(
    manageCapability({ ...booked, bookedAt: new Date(booked.bookedAt), endsAt: new Date(booked.endsAt) }),
    'plans',
  )
  await withGuest(patient, (tx) => visit(tx, booked.id))
  await withSystem('plans', slot.tenantId, (tx) => glance(tx, booked.id))
  await withGuest(patient, (tx) => reschedule(tx, booked.id, { startsAt: slot.startsAt })).catch(() => undefined)
  await withGuest(patient, (tx) => cancel(tx, booked.id, { reason: '' })).catch(() => undefined)
  return booked.id
}

async function staffStatements(slot: Slot, id: string, actor: StaffActor): Promise<void> {
  await withStaff(actor, async (tx) => {
    const { listings } = await desk(tx)
    const ids = listings.map((listing) => listing.id)
    const to = new Date(slot.startsAt.getTime() + dayMs)
    await dayVisits(tx, ids, slot.startsAt, to)
    await dayBlocks(tx, ids, slot.startsAt, to)
    await visit(tx, id)
    await maybeSame(tx, id)
    await unreachedVisits(tx)
  })
}
