import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withGuest, withStaff } from '#db/doors.ts'
import { aListing, anyone, guestOf, type ListingFixture, shiftVisit, visitor } from '#db/testing/fixtures.ts'
import { newId } from '#lib/ids.ts'
import { testDatabase } from '#scripts/test/database.ts'
import { confirm } from './confirm.ts'
import { hold } from './hold.ts'

const ada = {
  patient: { givenName: 'Ada', familyName: 'Byron', birthDate: '1980-12-10', email: 'ada@example.com' },
  acknowledged: [],
}

let admin: postgres.Sql
let clinic: ListingFixture
let used = 0
beforeAll(async () => {
  admin = postgres((await testDatabase()).admin, { max: 2, onnotice: () => {} })
  clinic = await aListing({ resources: [newId(), newId()] })
})
afterAll(() => admin.end())

async function booked(): Promise<string> {
  const guest = visitor(clinic)
  const startsAt = clinic.times[2 * used++] ?? clinic.at
  const { listingId, serviceId } = clinic
  await withGuest(guest, (tx) => hold(tx, { listingId, serviceId, startsAt }, anyone()))
  await withGuest(guest, (tx) => confirm(tx, guest.capability.id, ada, anyone()))
  return guest.capability.id
}

/** What a statement of staff's comes to: rows, or an SQLSTATE with the constraint. */
const asStaff = (statement: string) =>
  withStaff(clinic.staff.scheduler, ({ sql }) => sql.unsafe(statement)).then(
    (rows) => rows.count,
    (error) => `${error.code} ${error.constraint_name}`,
  )
/** The same for someone whom no policy holds. */
const asAnyone = (...statements: string[]) =>
  admin
    .begin(async (tx) => {
      for (const statement of statements) await tx.unsafe(statement)
    })
    .then(
      () => 'done',
      (error) => `${error.code} ${error.constraint_name}`,
    )

const withoutTime = '23514 appointment_has_time'
const withoutVisit = '23514 occupancy_has_visit'

test('staff’s own SQL books no time that was not claimed, moves no visit away from its time, revives none, cancels none that keeps its time', async () => {
  const id = await booked()
  const copy = (column: string, value: string) =>
    `insert into appointment (tenant_id, id, listing_id, service_id, patient_id, status, starts_at, ends_at, offer)
      select tenant_id, uuidv7(), listing_id, service_id, patient_id, ${column === 'status' ? value : 'status'}, starts_at, ends_at, offer
      from appointment where id = '${id}'`
  const change = (what: string) => `update appointment set ${what} where id = '${id}'`
  expect(await asStaff(copy('', ''))).toMatch('42501')
  expect(await asAnyone(copy('', ''))).toBe(withoutTime)
  expect(await asAnyone(copy('status', "'arrived'"))).toBe(withoutTime)
  expect(await asAnyone(copy('status', "'cancelled'"))).toBe('done')
  expect(
    await asStaff(change("starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'")),
  ).toBe(withoutTime)
  expect(await asStaff(change("ends_at = ends_at + interval '15 minutes'"))).toBe(withoutTime)
  expect(await asStaff(change("status = 'cancelled'"))).toBe(withoutVisit)
  expect(await asStaff(`select kernel.release('${id}')`)).toBe(withoutTime)
  expect(await asStaff(change("status = 'arrived'"))).toBe(1)
  const both = withStaff(clinic.staff.scheduler, async ({ sql }) => {
    await sql.unsafe(change("status = 'cancelled'"))
    await sql`select kernel.release(${id})`
  })
  await both
  expect(await asStaff(change("status = 'booked'"))).toBe(withoutTime)
})

test('a guest’s own SQL books what was held and confirmed, once, and nothing else', async () => {
  const guest = visitor(clinic)
  const { id } = guest.capability
  const startsAt = clinic.times[2 * used++] ?? clinic.at
  await withGuest(guest, (tx) =>
    hold(tx, { listingId: clinic.listingId, serviceId: clinic.serviceId, startsAt }, anyone()),
  )
  const chart = '{"givenName": "Ada", "familyName": "Byron", "birthDate": "1980-12-10"}'
  const book = `select kernel.book('${id}', now(), null, '${chart}', null, '[]')`
  const asGuest = (...statements: string[]) =>
    withGuest(guest, async ({ sql }) => {
      for (const statement of statements) await sql.unsafe(statement)
      return 'done'
    }).catch((error) => `${error.code} ${error.constraint_name ?? ''}`)
  const confirmed = `select * from kernel.confirm('${id}', false, '{}', '{}', '{}', '{}', 100)`
  expect(await asGuest(book)).toBe(withoutTime)
  expect(await asGuest(confirmed)).toBe(withoutVisit)
  expect(await asGuest(confirmed, book, book)).toMatch('28000')
  expect(await asGuest(confirmed, book)).toBe('done')
  for (const table of ['patient', 'appointment', 'related_person', 'acknowledgement', 'appointment_history'])
    expect(await asGuest(`insert into ${table} (tenant_id, id) values ('${clinic.tenantId}', '${id}')`), table).toMatch(
      '42501',
    )
})

test('nobody books or frees time without its visit, of one resource only, or for another length', async () => {
  const id = await booked()
  const [room] = clinic.resourceIds
  const span = "now() + interval '300 days', now() + interval '300 days 30 minutes'"
  const occupy = (kind: string, from = span) =>
    `insert into occupancy (resource_id, during, kind, tenant_id, appointment_id) values ('${room}', tstzrange(${from}), '${kind}', '${clinic.tenantId}', uuidv7())`
  expect(await asAnyone(occupy('booked'))).toBe(withoutVisit)
  expect(await asAnyone(occupy('block'))).toBe('done')
  expect(await asAnyone(occupy('booked', "now() - interval '6 hours', now() - interval '5 hours'"))).toBe('done')
  expect(await asAnyone(`delete from occupancy where appointment_id = '${id}' and resource_id = '${room}'`)).toBe(
    withoutTime,
  )
  const shorter = "tstzrange(lower(during), upper(during) - interval '5 minutes')"
  expect(
    await asAnyone(
      `update occupancy set during = ${shorter} where appointment_id = '${id}' and resource_id = '${room}'`,
    ),
  ).toBe(withoutTime)
  expect(await asAnyone(`update occupancy set kind = 'block' where appointment_id = '${id}'`)).toBe(withoutTime)
  expect(await asAnyone(`update occupancy set appointment_id = uuidv7() where appointment_id = '${id}'`)).toBe(
    withoutTime,
  )
  const removed = [
    ...['acknowledgement', 'appointment_history', 'related_person', 'message'].map(
      (table) => `delete from ${table} where appointment_id = '${id}'`,
    ),
    `delete from appointment where id = '${id}'`,
  ]
  expect(await asAnyone(...removed)).toBe(withoutVisit)
  expect(await asAnyone(...removed, `delete from occupancy where appointment_id = '${id}'`)).toBe('done')
})

test('a visit that has ended is history: its time may be removed and its state may change', async () => {
  const id = await booked()
  await shiftVisit(admin, id, -7200, -5400)
  expect(await asAnyone(`delete from occupancy where appointment_id = '${id}'`)).toBe('done')
  expect(await asStaff(`update appointment set status = 'noshow' where id = '${id}'`)).toBe(1)
})

test('the check of everything at once sees what the triggers would have seen', async () => {
  const id = await booked()
  const checked = (statement: string) =>
    admin
      .begin(async (tx) => {
        await tx`set local session_replication_role = replica`
        await tx.unsafe(statement)
        await tx`select kernel.check_claims()`
        throw new Error('nothing found')
      })
      .catch((error) => error.constraint_name ?? error.message)
  const mine = `appointment_id = '${id}'`
  expect(await checked('select 1')).toBe('nothing found')
  expect(await checked(`delete from occupancy where ${mine}`)).toBe('appointment_has_time')
  expect(
    await checked(
      `update occupancy set during = tstzrange(lower(during), lower(during) + interval '1 minute') where ${mine}`,
    ),
  ).toBe('appointment_has_time')
  expect(await checked(`update appointment set status = 'cancelled' where id = '${id}'`)).toBe('occupancy_has_visit')
})

test('no row holds a word that is not in its list', async () => {
  const id = await booked()
  expect(await asStaff(`update appointment set status = 'zzz' where id = '${id}'`)).toBe(
    '23514 appointment_status_word',
  )
  expect(await asStaff(`update appointment set cancelled_by = 'zzz' where id = '${id}'`)).toBe(
    '23514 appointment_cancelled_by_word',
  )
  const guest = guestOf({ tenantId: clinic.tenantId, id })
  const history = withGuest(
    guest,
    ({ sql }) => sql`
      insert into appointment_history (tenant_id, appointment_id, to_status, starts_at, ends_at)
      select tenant_id, id, 'zzz', starts_at, ends_at from appointment`,
  )
  await expect(history).rejects.toMatchObject({ constraint_name: 'appointment_history_to_status_word' })
})
