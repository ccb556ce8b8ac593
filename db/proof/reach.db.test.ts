import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cancel } from '#domain/booking/cancel.ts'
import { confirm } from '#domain/booking/confirm.ts'
import { correctAddress } from '#domain/booking/correctAddress.ts'
import { hold } from '#domain/booking/hold.ts'
import { testDatabase } from '#scripts/test/database.ts'
import { withGuest, withStaff, withSystem } from '../doors.ts'
import { closePools } from '../pool.ts'
import { aListing, anyone, asOwner, guestOf, type ListingFixture, visitor } from '../testing/fixtures.ts'
import { rehearse } from './rehearse.ts'

// How far the SQL of someone with a good context reaches: no further than what the verbs of that context write.

let admin: postgres.Sql
let clinic: ListingFixture
let other: ListingFixture
let used = 0

beforeAll(async () => {
  admin = postgres((await testDatabase()).admin, { max: 1, onnotice: () => {} })
  clinic = await aListing()
  other = await aListing()
})
afterAll(async () => {
  await admin.end()
  await closePools()
})

/** What came of it: 'done', or the code of the error with the constraint. */
const told = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error) => [error.code, error.constraint_name].filter(Boolean).join(' '),
  )

async function booked(at: ListingFixture = clinic) {
  const guest = visitor(at)
  const { listingId, serviceId } = at
  const startsAt = at.times[2 * used++] ?? at.at
  const patient = { givenName: 'Ada', familyName: 'Byron', birthDate: '1980-12-10', email: 'ada@example.com' }
  await withGuest(guest, (tx) => hold(tx, { listingId, serviceId, startsAt }, anyone()))
  await withGuest(guest, (tx) => confirm(tx, guest.capability.id, { patient, acknowledged: [] }, anyone()))
  const { id, tenantId } = guest.capability
  return { id, guest: guestOf({ id, tenantId, kind: 'appointment' }) }
}

test('staff write no table that no verb writes: hours of a listing by the million would stop its neighbourhood’s search', async () => {
  const { tenantId, listingId, locationId, practitionerId } = clinic
  for (const statement of [
    `insert into availability_rule (tenant_id, listing_id, weekday, starts_at, ends_at)
      select '${tenantId}', '${listingId}', 1, '09:00', '17:00' from generate_series(1, 1000)`,
    `insert into availability_override (tenant_id, listing_id, local_date) values ('${tenantId}', '${listingId}', '2030-01-01')`,
    `insert into closure (tenant_id, location_id, from_date, until_date, reason) values ('${tenantId}', '${locationId}', '2030-01-01', '2030-01-01', 'x')`,
    `update practitioner set display_name = 'Dr. Who' where id = '${practitionerId}'`,
    "update organization set notice = repeat('x', 1000000)",
    'update service set duration_minutes = 5',
  ])
    expect(await told(withStaff(clinic.staff.owner, ({ sql }) => sql.unsafe(statement))), statement).toBe('42501')
})

test('a guest counts messages about the visit of the capability alone; a workflow about none', async () => {
  const [own, theirs] = [await booked(), await booked(other)]
  const count = (id: string) =>
    `select * from kernel.count_use(array['message about ${id}'], array[9::bigint], array[60])`
  const asGuest = (statement: string) => told(withGuest(own.guest, ({ sql }) => sql.unsafe(statement)))
  expect(await asGuest(count(theirs.id))).toBe('28000')
  expect(await asGuest(count(own.id))).toBe('done')
  expect(await told(withSystem('test', clinic.tenantId, ({ sql }) => sql.unsafe(count(theirs.id))))).toBe('28000')
  const holder = visitor(clinic)
  const { listingId, serviceId } = clinic
  const startsAt = clinic.times[2 * used++] ?? clinic.at
  const confirmed = withGuest(holder, async (tx) => {
    await hold(tx, { listingId, serviceId, startsAt }, anyone())
    await tx.sql`
      select * from kernel.confirm(${holder.capability.id}, false, array[${`message about ${theirs.id}`}], array[9::bigint], array[60], array['x'], 9)`
  })
  expect(await told(confirmed)).toBe('28000')
})

test('a visit that is moved into the past keeps no time that is ahead', async () => {
  const { id } = await booked()
  const back = `update appointment set starts_at = starts_at - interval '400 days', ends_at = ends_at - interval '400 days' where id = '${id}'`
  const lost = '23514 occupancy_has_visit'
  expect(await told(withStaff(clinic.staff.scheduler, ({ sql }) => sql.unsafe(back)))).toBe(lost)
  const unseen = admin.begin(async (tx) => {
    await tx`set local session_replication_role = replica`
    await tx.unsafe(back)
    await tx`select kernel.check_claims()`
  })
  expect(await told(unseen)).toBe(lost)
})

test('a guest’s news and trail are of the row that the capability names', async () => {
  const [own, neighbour] = [await booked(), await booked()]
  for (const [id, expected] of [
    [neighbour.id, '42501'],
    [clinic.listingId, '42501'],
    [own.id, 'done'],
  ] as const) {
    const news = `insert into outbox (tenant_id, topic, aggregate_id) values ('${clinic.tenantId}', 'booking.cancelled', '${id}')`
    const trail = `insert into audit_event (action, entity, entity_id) values ('appointment.cancelled', 'appointment', '${id}')`
    for (const statement of [news, trail]) {
      const written = rehearse(
        { begin: (work) => withGuest(own.guest, ({ sql }) => work(sql)) },
        (sql: postgres.ISql) => sql.unsafe(statement),
      )
      expect(await told(written), statement).toBe(expected)
    }
  }
})

test('what went on, and what the clinic cancelled, is not the guest’s to change, and the verbs say so', async () => {
  const { id, guest } = await booked()
  const becomes = (status: string, by: string | null = null) =>
    asOwner((tx) => tx`update appointment set status = ${status}, cancelled_by = ${by} where id = ${id}`)
  const changed = (what: string) =>
    withGuest(guest, async ({ sql }) => (await sql.unsafe(`update appointment set ${what}`)).count)
  for (const status of ['noshow', 'fulfilled', 'arrived']) {
    await becomes(status)
    expect(await changed("status = 'booked'"), status).toBe(0)
    expect(await changed("status = 'cancelled', cancelled_by = 'patient'"), status).toBe(0)
    expect(await told(withGuest(guest, (tx) => cancel(tx, id, { reason: '' }))), status).toBe('not_allowed_now')
    expect(await told(withGuest(guest, (tx) => correctAddress(tx, id, { email: 'b@example.com' }))), status).toBe(
      'not_allowed_now',
    )
  }
  await becomes('booked')
  await withStaff(clinic.staff.scheduler, (tx) => cancel(tx, id, { reason: 'clinic_closed' }))
  expect(await changed("cancelled_by = 'patient'")).toBe(0)
  expect(await withGuest(guest, (tx) => cancel(tx, id, { reason: '' }))).toMatchObject({ id, status: 'cancelled' })
})
