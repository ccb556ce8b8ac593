import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { GuestActor } from '#db/actor.ts'
import { readCapability } from '#db/capability.ts'
import { withGuest, withStaff, withSystem } from '#db/doors.ts'
import { aListing, anyone, aTenant, guestOf, type ListingFixture, shiftVisit, visitor } from '#db/testing/fixtures.ts'
import { cancel } from '#domain/booking/cancel.ts'
import { confirm } from '#domain/booking/confirm.ts'
import { correctAddress } from '#domain/booking/correctAddress.ts'
import { dayVisits } from '#domain/booking/day.ts'
import { hold } from '#domain/booking/hold.ts'
import type { BookInput } from '#domain/booking/input.ts'
import { reschedule } from '#domain/booking/reschedule.ts'
import { changeEnv } from '#lib/env.ts'
import { whenLabel } from '#lib/time.ts'
import { testDatabase } from '#scripts/test/database.ts'
import { composeMessage, type Occasion } from './composeMessage.ts'
import { cancellationPreview, plannedReminder, unreachedVisits } from './read.ts'
import { recordDelivery } from './recordDelivery.ts'
import type { VisitNews } from './rules.ts'

const ada: BookInput['patient'] = {
  givenName: 'Canary-Given',
  familyName: 'Canary-Family',
  birthDate: '1981-02-03',
  email: 'ada@example.com',
  phone: '+15555550199',
}
const service = { name: 'Canary-Service', cancelUntilMinutes: 0 }
let admin: postgres.Sql
let clinic: ListingFixture

afterAll(() => admin.end())
afterEach(() => changeEnv({ RATE_LIMIT_MESSAGES_PER_CONTACT: undefined }))
beforeAll(async () => {
  admin = postgres((await testDatabase()).admin, { max: 2, onnotice: () => {} })
  clinic = await aListing({ zone: 'America/Denver', service, name: 'Dr. Canary', specialty: 'Canary-Specialty' })
})

async function book(input: Partial<BookInput> = {}, place = clinic): Promise<GuestActor> {
  const guest = visitor(place)
  const { listingId, serviceId } = place
  await withGuest(guest, (tx) => hold(tx, { listingId, serviceId, startsAt: freshTime(place) }, anyone()))
  await withGuest(guest, (tx) =>
    confirm(tx, guest.capability.id, { patient: ada, acknowledged: [], ...input }, anyone()),
  )
  return guestOf({ tenantId: place.tenantId, id: guest.capability.id })
}

/** A time of the listing that this file has not used. */
let used = 0
function freshTime(place: ListingFixture): Date {
  used += 2
  const time = place.times[used]
  if (!time) throw new Error('The listing has no time left for this test.')
  return time
}

const compose = (guest: GuestActor, occasion: { news: VisitNews } | Omit<Occasion, 'appointmentId'>) =>
  withSystem('test', guest.tenantId, (tx) =>
    composeMessage(tx, { appointmentId: guest.capability.id, ...occasion } as Occasion),
  )
const record = (guest: GuestActor, outcome: 'sent' | 'refused' | 'mail_down', key?: string) =>
  withSystem('test', guest.tenantId, (tx) =>
    recordDelivery(tx, { appointmentId: guest.capability.id, outcome, ...(key ? { key } : {}) }),
  )
const messages = (guest: GuestActor) =>
  admin`select kind, status, reason, attempts from message where appointment_id = ${guest.capability.id} order by created_at, id`
const unreached = async (guest: GuestActor, place = clinic) =>
  (await withStaff(place.staff.scheduler, (tx) => unreachedVisits(tx))).filter(
    ({ appointmentId }) => appointmentId === guest.capability.id,
  )

test('a booking is told once: the message again while it is under way, nothing when it is sent', async () => {
  const guest = await book()
  const first = await compose(guest, { news: 'booked' })
  expect(first).toMatchObject({ kind: 'booked', to: 'ada@example.com', calendar: { method: 'REQUEST' } })
  const again = await compose(guest, { news: 'booked' })
  expect(again).toMatchObject({ key: first?.key, subject: first?.subject, text: first?.text })
  await record(guest, 'sent', first?.key)
  expect(await compose(guest, { news: 'booked' })).toBeUndefined()
  expect(await messages(guest)).toEqual([{ kind: 'booked', status: 'sent', reason: null, attempts: 2 }])
})

test('the mailed link opens the visit by day and place, under the booking’s own capability', async () => {
  const guest = await book()
  const message = await compose(guest, { news: 'booked' })
  const token = /https:\/\/medley\.test\/m\/(\S+)/.exec(message?.text ?? '')?.[1] ?? ''
  const capability = readCapability(token, ['mailed'], new Date())
  expect(capability).toMatchObject({ kind: 'mailed', id: guest.capability.id, tenantId: guest.tenantId, version: 1 })
})

test('no message holds anything of the patient, the practitioner, the service or what anyone typed', async () => {
  const guest = await book({
    bookedBy: {
      givenName: 'Canary-Booker',
      familyName: 'Canary-Parent',
      email: 'parent@example.com',
      phone: '+15555550177',
      birthDate: '1950-05-06',
      relationship: 'parent',
    },
  })
  const told = [await compose(guest, { news: 'booked' })]
  await withGuest(guest, (tx) => reschedule(tx, guest.capability.id, { startsAt: freshTime(clinic) }))
  told.push(await compose(guest, { news: 'moved' }))
  await withStaff(clinic.staff.scheduler, (tx) => cancel(tx, guest.capability.id, { reason: 'Canary-Reason: flu' }))
  told.push(await compose(guest, { news: 'cancelled' }), await compose(guest, { news: 'link_wanted' }))
  expect(told.map((message) => message?.kind)).toEqual(['booked', 'moved', 'cancelled_by_clinic', 'link_renewed'])
  const everything = JSON.stringify(told.map((message) => ({ ...message, to: '' })))
  expect(everything).not.toMatch(
    /canary|flu|198\d-|1950|02-03|05-06|5555550|example\.com"|ada@|parent@|family-medicine|in-person|listing-/i,
  )
  expect(told[0]?.to).toBe('parent@example.com')
})

test('a clinic’s cancellation tells why in its own words, offers three free times, and takes the entry back', async () => {
  const guest = await book()
  await withStaff(clinic.staff.owner, (tx) => cancel(tx, guest.capability.id, { reason: 'clinic_closed' }))
  const preview = await withStaff(clinic.staff.owner, (tx) =>
    cancellationPreview(tx, guest.capability.id, 'clinic_closed'),
  )
  const message = await compose(guest, { news: 'cancelled' })
  expect(message?.text).toContain('The clinic is closed at that time.')
  expect(message?.calendar?.method).toBe('CANCEL')
  expect(message?.calendar?.ics).toContain('SEQUENCE:1\r\n')
  const offered = message?.text.split('The next free times there are\n')[1]?.split('\n\n')[0]?.split('\n')
  expect(offered).toHaveLength(3)
  for (const line of offered ?? []) expect(line).toMatch(/^ {2}\w+day \d+ \w+, \d\d:\d\d Mountain Time$/)
  expect(preview).toMatchObject({ subject: message?.subject, reaches: true })
  expect(preview.text.replace(/\/m\/\S+/, '')).toBe(message?.text.replace(/\/m\/\S+/, ''))
  expect(preview.text).toContain('https://medley.test/m/…')
})

test('news that waited are told by how the visit stands: booked and moved become one message', async () => {
  const guest = await book()
  const startsAt = freshTime(clinic)
  await withGuest(guest, (tx) => reschedule(tx, guest.capability.id, { startsAt }))
  const message = await compose(guest, { news: 'booked' })
  expect(message?.subject).toContain(whenLabel(startsAt, clinic.zone, 'en'))
  await record(guest, 'sent')
  expect(await compose(guest, { news: 'moved' })).toBeUndefined()
})

test('a message on its way when the visit moves on is not sent any more', async () => {
  const guest = await book()
  await compose(guest, { news: 'booked' })
  await withGuest(guest, (tx) => cancel(tx, guest.capability.id, { reason: '' }))
  expect(await compose(guest, { news: 'booked' })).toBeUndefined()
  expect(await compose(guest, { news: 'cancelled' })).toMatchObject({ kind: 'cancelled_by_patient' })
  expect(await messages(guest)).toMatchObject([
    { kind: 'booked', status: 'skipped', reason: 'overtaken' },
    { kind: 'cancelled_by_patient', status: 'sending' },
  ])
})

test('an address that refuses is shown to the clinic, until a corrected one takes the message', async () => {
  const guest = await book()
  const refused = await compose(guest, { news: 'booked' })
  await record(guest, 'refused', refused?.key)
  expect(await unreached(guest)).toMatchObject([
    { kind: 'booked', reason: 'refused', patient: 'Canary-Given Canary-Family', phone: '+15555550199' },
  ])
  await withGuest(guest, (tx) => correctAddress(tx, guest.capability.id, { email: 'ada.byron@example.com' }))
  const again = await compose(guest, { news: 'address_corrected' })
  expect(again).toMatchObject({ kind: 'booked', to: 'ada.byron@example.com' })
  expect(again?.key).not.toBe(refused?.key)
  expect(again?.text).not.toContain(/\/m\/\S+/.exec(refused?.text ?? '')?.[0])
  await record(guest, 'sent', again?.key)
  expect(await unreached(guest)).toEqual([])
})

test('whose message was held back is shown to the clinic while the visit is ahead, until a message goes out', async () => {
  changeEnv({ RATE_LIMIT_MESSAGES_PER_CONTACT: '1' })
  const patient = { ...ada, email: 'flooded@example.com' }
  const [stranger, honest] = [await book({ patient }), await book({ patient })]
  const flagged = async () => {
    const { scheduler } = clinic.staff
    const all = await withStaff(scheduler, (tx) =>
      dayVisits(tx, [clinic.listingId], new Date(), clinic.times.at(-1) ?? new Date()),
    )
    return all.find(({ id }) => id === honest.capability.id)?.isUnreached
  }
  const first = await compose(stranger, { news: 'booked' })
  await record(stranger, 'sent', first?.key)
  expect(await compose(honest, { news: 'booked' })).toBeUndefined()
  expect(await unreached(honest)).toMatchObject([{ kind: 'booked', reason: 'held_back', phone: '+15555550199' }])
  expect(await flagged()).toBe(true)
  expect(await unreached(stranger)).toEqual([])

  await withGuest(honest, (tx) => correctAddress(tx, honest.capability.id, { email: 'free@example.com' }))
  const second = await compose(honest, { news: 'address_corrected' })
  await record(honest, 'sent', second?.key)
  expect(await unreached(honest)).toEqual([])
  expect(await flagged()).toBe(false)
})

test('a held-back message about a visit that is over or that the patient cancelled calls for nobody', async () => {
  changeEnv({ RATE_LIMIT_MESSAGES_PER_CONTACT: '1' })
  const patient = { ...ada, email: 'flooded-too@example.com' }
  const [first, over, cancelled] = [await book({ patient }), await book({ patient }), await book({ patient })]
  for (const guest of [first, over, cancelled]) await compose(guest, { news: 'booked' })
  expect(await unreached(over)).toHaveLength(1)
  await shiftVisit(admin, over.capability.id, -3_600, -1_800)
  expect(await unreached(over)).toEqual([])
  await withGuest(cancelled, (tx) => cancel(tx, cancelled.capability.id, { reason: '' }))
  expect(await compose(cancelled, { news: 'cancelled' })).toBeUndefined()
  expect(await unreached(cancelled)).toEqual([])
})

test('who could not be reached stays on the list until a week after the visit began', async () => {
  const guest = await book()
  const refused = await compose(guest, { news: 'booked' })
  await record(guest, 'refused', refused?.key)
  const { id } = guest.capability
  const dayS = 86_400
  await shiftVisit(admin, id, -6.9 * dayS, -6.9 * dayS + 1_800)
  expect(await unreached(guest)).toHaveLength(1)
  await shiftVisit(admin, id, -7.1 * dayS, -7.1 * dayS + 1_800)
  expect(await unreached(guest)).toEqual([])
})

test('without an address nothing is sent; the clinic hears of it when it cancelled', async () => {
  const { email: _, ...byPhone } = ada
  const guest = await book({ patient: byPhone })
  expect(await compose(guest, { news: 'booked' })).toBeUndefined()
  expect(await unreached(guest)).toEqual([])
  await withStaff(clinic.staff.scheduler, (tx) => cancel(tx, guest.capability.id, { reason: 'mistake' }))
  expect(await compose(guest, { news: 'cancelled' })).toBeUndefined()
  expect(await compose(guest, { news: 'cancelled' })).toBeUndefined()
  expect(await unreached(guest)).toMatchObject([{ kind: 'cancelled_by_clinic', reason: 'no_address' }])
})

/** A zone whose clocks are between 12:00 and 13:00 now. */
function noonZone(): string {
  const east = 12 - new Date().getUTCHours()
  return east > 0 ? `Etc/GMT-${east}` : `Etc/GMT+${-east}`
}

test('a reminder goes out when it is due, once, and not for a cancelled visit', async () => {
  const place = await aListing({ zone: noonZone(), service })
  const guest = await book({}, place)
  const { id } = guest.capability
  const planned = () => withSystem('test', guest.tenantId, (tx) => plannedReminder(tx, id))
  await shiftVisit(admin, id, 23 * 3600, 24 * 3600)
  await admin`update appointment_history set at = now() - interval '40 hours' where appointment_id = ${id}`
  expect(await planned()).toMatchObject({ kind: 'reminder_24_hours' })
  expect(await compose(guest, { reminder: 'reminder_3_days' })).toBeUndefined()
  const reminder = await compose(guest, { reminder: 'reminder_24_hours' })
  expect(reminder).toMatchObject({ kind: 'reminder_24_hours' })
  expect(reminder?.calendar).toBeUndefined()
  await record(guest, 'sent')
  expect(await compose(guest, { reminder: 'reminder_24_hours' })).toBeUndefined()
  expect(await planned()).toBeNull()
  const second = await book({}, place)
  await admin`
    with freed as (delete from occupancy where appointment_id = ${second.capability.id})
    update appointment set starts_at = now() + interval '23 hours', ends_at = now() + interval '24 hours', status = 'cancelled',
      created_at = now() - interval '2 days' where id = ${second.capability.id}`
  expect(await compose(second, { reminder: 'reminder_24_hours' })).toBeUndefined()
})

test('another tenant’s visit is not found, and staff do not record', async () => {
  const guest = await book()
  const other = await aTenant()
  const occasion: Occasion = { appointmentId: guest.capability.id, news: 'booked' }
  await expect(withSystem('test', other.tenantId, (tx) => composeMessage(tx, occasion))).rejects.toMatchObject({
    code: 'not_found',
  })
  await withSystem('test', other.tenantId, (tx) => recordDelivery(tx, { ...occasion, outcome: 'sent' }))
  expect(await messages(guest)).toEqual([])
  await expect(
    withStaff(clinic.staff.auditor, (tx) => cancellationPreview(tx, guest.capability.id, 'other')),
  ).rejects.toMatchObject({ code: 'forbidden' })
  await expect(withStaff(clinic.staff.billing, (tx) => unreachedVisits(tx))).rejects.toMatchObject({
    code: 'forbidden',
  })
  expect((await withStaff(other.staff.scheduler, (tx) => unreachedVisits(tx))).length).toBe(0)
})

test('every message leaves its trace in the audit, with ids only', async () => {
  const guest = await book()
  await compose(guest, { news: 'booked' })
  await record(guest, 'mail_down')
  const traces = await admin`
      select e.action, e.scope, e.details from audit_event e join message m on m.id = e.entity_id
      where m.appointment_id = ${guest.capability.id} order by e.at, e.id`
  expect(traces).toEqual([
    { action: 'message.sending', scope: 'system', details: { kind: 'booked' } },
    { action: 'message.failed', scope: 'system', details: { kind: 'booked', outcome: 'mail_down' } },
  ])
})
