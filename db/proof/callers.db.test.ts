import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Capability } from '#db/capability.ts'
import { newId } from '#lib/ids.ts'
import { ownDatabase, testDatabase } from '#scripts/test/database.ts'
import type { GuestActor, StaffActor } from '../actor.ts'
import { withGuest, withStaff } from '../doors.ts'
import { closePools } from '../pool.ts'
import { deskRoles, plannerRoles, type StaffRole, staffRoles } from '../schema/policy.ts'
import {
  aListing,
  asOwner,
  aTenant,
  guestOf,
  type ListingFixture,
  type TenantFixture,
  visitor,
} from '../testing/fixtures.ts'
import { findMiscalls } from './callers.ts'
import { rehearse } from './rehearse.ts'

let admin: postgres.Sql
let clinic: ListingFixture
let other: TenantFixture
/** A booked visit of the clinic; its access version is 2, its link's 3. */
let visit: string

beforeAll(async () => {
  admin = postgres((await testDatabase()).admin, { max: 1, onnotice: () => {} })
  clinic = await aListing()
  other = await aTenant()
  visit = await booked(clinic.at)
})
afterAll(async () => {
  await admin.end()
  await closePools()
})

/** Books a time as a guest, by the kernel alone. */
async function booked(at: Date): Promise<string> {
  const guest = visitor(clinic)
  const { id } = guest.capability
  await withGuest(guest, async ({ sql }) => {
    await sql`select * from kernel.hold(${clinic.listingId}, ${clinic.serviceId}, ${at}, ${id}, array['here'], 100, 100)`
    await sql`select * from kernel.confirm(${id}, false, '{}', '{}', '{}', '{}', 100)`
    await sql.unsafe(calls.book(id))
  })
  await admin`update appointment set access_version = 2, link_version = 3 where id = ${id}`
  return id
}

test('each function may be called by those that need it, and by no other', async () => {
  const elsewhere = postgres((await ownDatabase('callers')).admin, { max: 1, onnotice: () => {} })
  expect(await findMiscalls(elsewhere)).toEqual([])
  const after = (plant: string) =>
    rehearse(elsewhere, async (tx) => {
      await tx.unsafe(plant)
      return findMiscalls(tx)
    })
  expect(await after('grant execute on function kernel.release to medley_public')).toEqual([
    { name: 'kernel.release', door: 'public', may: true },
  ])
  expect(await after('revoke execute on function kernel.hold from medley_guest')).toEqual([
    { name: 'kernel.hold', door: 'guest', may: false },
  ])
  await expect(after('drop function kernel.sweep')).rejects.toThrow('names functions that are gone: kernel.sweep')
  await elsewhere.end()
})

/** What a call comes to: what it gives, or its SQLSTATE. The transaction is kept when it works. */
const told = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  )

/** The calls on a row, as the door of `who`. */
const calls = {
  extend: (id: string) => `select kernel.extend('${id}')`,
  confirm: (id: string) => `select kernel.confirm('${id}', false, '{}', '{}', '{}', '{}', 100)`,
  book: (id: string) =>
    `select kernel.book('${id}', now(), null, '{"givenName": "Ada", "familyName": "Byron", "birthDate": "1990-01-01"}', null, '[]')`,
  move: (id: string) =>
    `select outcome as move from kernel.move('${id}', '${clinic.times[40]?.toISOString()}', 100, '{}', 100)`,
  release: (id: string) => `select kernel.release('${id}')`,
}
const asGuest = (who: GuestActor, name: keyof typeof calls, id = visit) =>
  told(withGuest(who, ({ sql }) => sql.unsafe(calls[name](id))))

const taken = async (id: string): Promise<number> =>
  (await admin`select 1 from occupancy where appointment_id = ${id}`).length

test('a guest calls with the row’s own capability, of its kind and at its version, or is refused with 28000', async () => {
  const { tenantId } = clinic
  const capability = (kind: Capability['kind'], version: number, id = visit) => guestOf({ tenantId, id, kind, version })
  for (const name of ['extend', 'confirm', 'book', 'move', 'release'] as const) {
    expect(await asGuest(capability('appointment', 2, newId()), name), `${name}: another row`).toBe('28000')
    expect(await asGuest(capability('appointment', 1), name), `${name}: an older version`).toBe('28000')
    expect(await asGuest(capability('hold', 1), name), `${name}: the hold’s version`).toBe('28000')
    expect(await asGuest(capability('link', 3), name), `${name}: the booker’s link`).toBe('28000')
    expect(await asGuest(capability('mailed', 3), name), `${name}: the mailed link`).toBe('28000')
  }
  for (const name of ['extend', 'confirm', 'book'] as const)
    expect(await asGuest(capability('appointment', 2), name)).toBe('28000')
  expect(await asGuest(capability('hold', 2), 'move')).toBe('28000')
  expect(await taken(visit)).toBe(1)
  expect(
    await asGuest(guestOf({ tenantId: other.tenantId, id: visit, kind: 'appointment', version: 2 }), 'release'),
  ).toBe('done')
  expect(await taken(visit)).toBe(1)
  // The call is allowed; a time without its visit is what the end of the transaction refuses (kernel.check_claim).
  expect(await asGuest(capability('appointment', 2), 'move')).toBe('23514')
  expect(await taken(visit)).toBe(1)
})

test('the kernel asks for the roles that TypeScript lists: the desk for a visit, planners for a block', async () => {
  const free = (role: StaffRole) =>
    told(withStaff(clinic.staff[role], ({ sql }) => sql`select kernel.release(${newId()})`))
  const unblock = (role: StaffRole) =>
    told(withStaff(clinic.staff[role], ({ sql }) => sql`select kernel.unblock(${newId()})`))
  const allowed = async (call: (role: StaffRole) => Promise<unknown>) => {
    const answers = await Promise.all(staffRoles.map(async (role) => ({ role, answer: await call(role) })))
    expect(new Set(answers.map(({ answer }) => answer))).toEqual(new Set(['done', 'forbidden']))
    return answers.filter(({ answer }) => answer === 'done').map(({ role }) => role)
  }
  expect(await allowed(free)).toEqual([...deskRoles])
  expect(await allowed(unblock)).toEqual([...plannerRoles])
})

test('staff who are not at the desk are refused as forbidden, and another tenant’s staff reach nothing', async () => {
  const spare = clinic.times[60]
  const block = (listing: string) =>
    `select kernel.block('${newId()}', '${listing}', '${spare?.toISOString()}', timestamptz '${spare?.toISOString()}' + interval '1 hour', 'Leave') as outcome`
  for (const actor of [clinic.staff.billing, clinic.staff.auditor]) {
    for (const statement of [calls.move(visit), calls.release(visit), block(clinic.listingId)]) {
      expect(await told(withStaff(actor, ({ sql }) => sql.unsafe(statement))), statement).toBe('forbidden')
    }
  }
  await withStaff(other.staff.owner, async ({ sql }) => {
    await sql.unsafe(calls.release(visit))
    expect((await sql.unsafe(block(clinic.listingId)))[0]).toEqual({ outcome: 'unknown' })
    expect((await sql.unsafe(calls.move(visit)))[0]).toEqual({ move: 'unknown' })
  })
  expect(await taken(visit)).toBe(1)
  for (const name of ['extend', 'confirm'] as const) {
    expect(await told(withStaff(clinic.staff.owner, ({ sql }) => sql.unsafe(calls[name](visit))))).toBe('42501')
  }
  expect(await told(withStaff(clinic.staff.scheduler, ({ sql }) => sql.unsafe(calls.release(visit))))).toBe('23514')
  expect(await taken(visit)).toBe(1)
})

test('a block has an end, is at most a year long, is set by planners only and goes away whole', async () => {
  const own = await aListing()
  const block = (who: StaffActor, from: string, to: string, id = newId()) =>
    told(
      withStaff(
        who,
        ({ sql }) =>
          sql`select kernel.block(${id}, ${own.listingId}, ${from}::text::timestamptz, ${to}::text::timestamptz, 'Leave')`,
      ),
    )
  const { scheduler, practitioner } = own.staff
  const day = own.at.toISOString()
  for (const [from, to] of [
    [day, 'infinity'],
    ['-infinity', day],
    [day, day],
    [day, new Date(own.at.getTime() - 60_000).toISOString()],
    [day, new Date(own.at.getTime() + 367 * 86_400_000).toISOString()],
  ] as const) {
    expect(await block(scheduler, from, to), `${from} to ${to}`).toMatch(/^(23514|22000)$/)
  }
  const end = new Date(own.at.getTime() + 3_600_000).toISOString()
  expect(await block(practitioner, day, end)).toBe('forbidden')
  const id = newId()
  expect(await block(scheduler, day, end, id)).toBe('done')
  expect(await taken(id)).toBe(1)
  expect(await told(withStaff(practitioner, ({ sql }) => sql`select kernel.release(${id})`))).toBe('done')
  expect(await told(withStaff(practitioner, ({ sql }) => sql`select kernel.unblock(${id})`))).toBe('forbidden')
  expect(await told(withStaff(other.staff.owner, ({ sql }) => sql`select kernel.unblock(${id})`))).toBe('done')
  expect(await taken(id)).toBe(1)
  await withStaff(scheduler, ({ sql }) => sql`select kernel.unblock(${id})`)
  expect([await taken(id), (await admin`select 1 from time_block where id = ${id}`).length]).toEqual([0, 0])
})

test('a practitioner or a listing of a tenant takes no resource that the tenant is no member of', async () => {
  const [mine, theirs] = [await aListing(), await aListing()]
  const [stolen = ''] = theirs.resourceIds
  const { tenantId, staff } = mine
  const moved = asOwner((tx) => tx`update practitioner set resource_id = ${stolen} where id = ${mine.practitionerId}`)
  expect(await told(moved)).toBe('23503')
  const added = asOwner(
    (tx) => tx`
    insert into practitioner (tenant_id, resource_id, display_name, languages) values (${tenantId}, ${stolen}, 'Dr. Thief', '{English}')`,
  )
  expect(await told(added)).toBe('23503')
  const joined = withStaff(
    staff.owner,
    ({ sql }) => sql`
    insert into resource_membership (tenant_id, resource_id) values (${tenantId}, ${stolen})`,
  )
  expect(await told(joined)).toBe('42501')
})

test('a closure ends on or after the day it begins, so that no range of a location is turned around', async () => {
  const { tenantId, locationId } = await aListing()
  const closed = (from: string, until: string) =>
    told(
      asOwner(
        (tx) => tx`
      insert into closure (tenant_id, location_id, from_date, until_date, reason)
      values (${tenantId}, ${locationId}, ${from}::text::date, ${until}::text::date, 'Closed')`,
      ),
    )
  expect(await closed('2030-01-02', '2030-01-01')).toBe('23514')
  expect(await closed('2030-01-02', 'infinity')).toBe('23514')
  expect(await closed('2030-01-02', '2030-01-02')).toBe('done')
})
