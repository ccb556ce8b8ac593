import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { GuestActor } from '#db/actor.ts'
import { withGuest, withStaff, withSystem } from '#db/doors.ts'
import { aListing, anyone, guestOf, type ListingFixture, visitor } from '#db/testing/fixtures.ts'
import { composeMessage } from '#domain/notification/composeMessage.ts'
import type { VisitNews } from '#domain/notification/rules.ts'
import { type Allowance, changeEnv } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { localDate } from '#lib/time.ts'
import { testDatabase } from '#scripts/test/database.ts'
import { testSettings } from '#scripts/test/settings.ts'
import { cancel } from './cancel.ts'
import { confirm } from './confirm.ts'
import { correctAddress } from './correctAddress.ts'
import { hold } from './hold.ts'
import { identify } from './identify.ts'
import type { BookInput } from './input.ts'
import type { Caller } from './limits.ts'
import { visit } from './read.ts'
import { reschedule } from './reschedule.ts'

let admin: postgres.Sql
let clinic: ListingFixture
beforeAll(async () => {
  admin = postgres((await testDatabase()).admin, { max: 2, onnotice: () => {} })
  clinic = await aListing()
})
afterAll(() => admin.end())
const { RATE_LIMIT_BOOKINGS_PER_CONTACT, RATE_LIMIT_MESSAGES_PER_CONTACT } = testSettings
afterEach(() =>
  changeEnv({
    ...{ RATE_LIMIT_BOOKINGS_PER_CONTACT, RATE_LIMIT_MESSAGES_PER_CONTACT },
    RATE_LIMIT_MESSAGES_PER_VISIT: undefined,
  }),
)

/** Someone at an address of their own. */
const caller = (limits: Partial<Allowance> = {}): Caller => ({
  hashes: [newId()],
  allowed: { ...anyone().allowed, ...limits },
})

const fresh = () => `${newId()}@example.com`
const book = (contact: { email?: string; phone?: string }): BookInput => ({
  patient: { givenName: 'Ada', familyName: 'Byron', birthDate: '1980-12-10', ...contact },
  acknowledged: [],
})

/** 'ok', or the code of the refusal. */
async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'ok'
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

let used = 0
/** A time of the clinic that nobody has. */
const free = (): Date => clinic.times[2 * used++] ?? clinic.at

async function held(place: ListingFixture, startsAt: Date): Promise<GuestActor> {
  const guest = visitor(place)
  const { listingId, serviceId } = place
  await withGuest(guest, (tx) => hold(tx, { listingId, serviceId, startsAt }, anyone()))
  return guest
}

const confirmed = (guest: GuestActor, by: Caller, input = book({ email: fresh() })) =>
  outcome(withGuest(guest, (tx) => confirm(tx, guest.capability.id, input, by)))

/** Holds and books: how it ended. */
const tryBook = async (by: Caller, input = book({ email: fresh() }), place = clinic, startsAt = free()) =>
  confirmed(await held(place, startsAt), by, input)

/** A new visit with an e-mail address, by someone at an address of their own. */
async function booked(email = fresh()): Promise<GuestActor> {
  const guest = await held(clinic, free())
  await withGuest(guest, (tx) => confirm(tx, guest.capability.id, book({ email }), anyone()))
  return guestOf({ tenantId: clinic.tenantId, id: guest.capability.id })
}

const counted = (outcomes: string[]): Record<string, number> =>
  Object.fromEntries(Object.entries(Object.groupBy(outcomes, (one) => one)).map(([k, v]) => [k, v?.length ?? 0]))

test('an address books so often a day: n − 1, n and not n + 1, though nothing is held any more; a refused one is still held', async () => {
  const by = caller({ bookings: 3 })
  const outcomes = []
  for (let n = 0; n < 4; n += 1) outcomes.push(await tryBook(by))
  expect(outcomes).toEqual(['ok', 'ok', 'ok', 'limit'])
  const guest = await held(clinic, free())
  const refused = await withGuest(guest, (tx) => confirm(tx, guest.capability.id, book({ email: fresh() }), by)).catch(
    (error) => error,
  )
  expect(refused).toMatchObject({ message: 'too_many_bookings', details: { phone: expect.stringMatching(/555/) } })
  expect(refused.details.retryAfterSeconds).toBeGreaterThan(86_000)
  expect(await confirmed(guest, caller())).toBe('ok')
})

test('of ten bookings at once from an address that may book two, two are booked', async () => {
  const guests = await Promise.all(Array.from({ length: 10 }, () => held(clinic, free())))
  const by = caller({ bookings: 2 })
  expect(counted(await Promise.all(guests.map((guest) => confirmed(guest, by))))).toEqual({ ok: 2, limit: 8 })
})

test('an address books so often on one day of a listing, also at once; its other days and other addresses are free', async () => {
  const own = await aListing()
  const days = Object.values(
    Object.groupBy(
      own.times.filter((_, n) => n % 2 === 0),
      (time) => localDate(time, own.zone),
    ),
  )
  const [day = [], otherDay = []] = days.filter((one = []) => one.length > 7)
  const by = caller({ bookingsPerListingDay: 2 })
  const guests = await Promise.all(day.slice(0, 6).map((time) => held(own, time)))
  expect(counted(await Promise.all(guests.map((guest) => confirmed(guest, by))))).toEqual({ ok: 2, limit: 4 })
  expect(await tryBook(by, undefined, own, otherDay[0])).toBe('ok')
  expect(await tryBook(caller({ bookingsPerListingDay: 2 }), undefined, own, day[6])).toBe('ok')
})

test('networks of IPv6 book four times what one address in them may', async () => {
  const network = newId()
  const from = (): Caller => ({ hashes: [newId(), network], allowed: { ...anyone().allowed, bookings: 1 } })
  const outcomes = []
  for (let n = 0; n < 5; n += 1) outcomes.push(await tryBook(from()))
  expect(outcomes).toEqual(['ok', 'ok', 'ok', 'ok', 'limit'])
})

test('an address books so often for a contact, however it is written; what strangers did with it refuses nobody', async () => {
  changeEnv({ RATE_LIMIT_BOOKINGS_PER_CONTACT: '2' })
  const name = newId().replaceAll('-', '')
  const by = caller()
  const byMail = []
  for (const email of [
    `${name}@gmail.com`,
    `${name.toUpperCase()}@Gmail.com`,
    `${name.slice(0, 5)}.${name.slice(5)}+tag@googlemail.com`,
  ])
    byMail.push(await tryBook(by, book({ email })))
  expect(byMail).toEqual(['ok', 'ok', 'limit'])
  expect(await tryBook(caller(), book({ email: `${name}@gmail.com` }))).toBe('ok')
  const digits = `202555${String(Math.floor(Math.random() * 10_000)).padStart(4, '0')}`
  const byPhone = []
  for (const phone of [digits, `${digits.slice(0, 3)}-${digits.slice(3)}`, digits])
    byPhone.push(await tryBook(by, book({ phone })))
  expect(byPhone).toEqual(['ok', 'ok', 'limit'])
  expect(await tryBook(caller(), book({ phone: digits }))).toBe('ok')
  const guests = await Promise.all(Array.from({ length: 6 }, () => held(clinic, free())))
  const email = fresh()
  const other = caller()
  const atOnce = await Promise.all(guests.map((guest) => confirmed(guest, other, book({ email }))))
  expect(counted(atOnce)).toEqual({ ok: 2, limit: 4 })
})

test('moving onto a day counts for the address like a booking there; within the day it does not', async () => {
  const own = await aListing()
  const byDay = Object.groupBy(
    own.times.filter((_, n) => n % 2 === 0),
    (time) => localDate(time, own.zone),
  )
  const [day = [], ...others] = Object.values(byDay).filter((one = []) => one.length > 7)
  const network = newId()
  const from = (address = newId()): Caller => ({
    hashes: [address, network],
    allowed: { ...anyone().allowed, bookingsPerListingDay: 1 },
  })
  const by = from()
  const bookedOn = async (startsAt: Date | undefined): Promise<GuestActor> => {
    const guest = await held(own, startsAt ?? own.at)
    await withGuest(guest, (tx) => confirm(tx, guest.capability.id, book({ email: fresh() }), anyone()))
    return guestOf({ tenantId: own.tenantId, id: guest.capability.id })
  }
  const onto = (guest: GuestActor, startsAt: Date | undefined, mover: Caller) =>
    outcome(withGuest(guest, (tx) => reschedule(tx, guest.capability.id, { startsAt: startsAt ?? own.at }, mover)))
  const [first, second, third] = [
    await bookedOn(others[0]?.[0]),
    await bookedOn(others[1]?.[0]),
    await bookedOn(others[0]?.[1]),
  ]
  expect(await onto(first, day[0], by)).toBe('ok')
  expect(await onto(first, day[1], by)).toBe('ok')
  expect(await onto(second, day[2], by)).toBe('limit')
  expect(await tryBook(by, undefined, own, day[3])).toBe('limit')
  expect(await onto(second, day[2], from())).toBe('ok')
  for (const time of [day[4], day[5]]) expect(await tryBook(from(), undefined, own, time)).toBe('ok')
  expect(await onto(third, day[6], from())).toBe('limit')
})

test('what is counted names no address and no contact', async () => {
  const email = fresh()
  await booked(email)
  const rows = await admin<{ key: string }[]>`select key from tally`
  expect(rows.length).toBeGreaterThan(0)
  expect(JSON.stringify(rows)).not.toContain(email)
})

test('a visit sends so many messages a day for whoever moves or corrects it; cancelling is never refused', async () => {
  changeEnv({ RATE_LIMIT_MESSAGES_PER_VISIT: '3' })
  const guest = await booked()
  const { id } = guest.capability
  const correct = () => outcome(withGuest(guest, (tx) => correctAddress(tx, id, { email: fresh() })))
  const move = () => outcome(withGuest(guest, (tx) => reschedule(tx, id, { startsAt: free() })))
  expect([await correct(), await move(), await correct()]).toEqual(['ok', 'ok', 'ok'])
  const [before] = await admin`select sequence, link_version, starts_at from appointment where id = ${id}`
  expect([await correct(), await move()]).toEqual(['limit', 'limit'])
  const [after] = await admin`select sequence, link_version, starts_at from appointment where id = ${id}`
  expect(after).toEqual(before)
  const sent = await admin`select 1 from outbox where aggregate_id = ${id}`
  expect(sent).toHaveLength(4)
  await withStaff(clinic.staff.scheduler, (tx) => reschedule(tx, id, { startsAt: free() }))
  expect(await outcome(withGuest(guest, (tx) => cancel(tx, id, { reason: '' })))).toBe('ok')
})

test('of ten corrections at once of a visit that may send three messages, three are made', async () => {
  changeEnv({ RATE_LIMIT_MESSAGES_PER_VISIT: '3' })
  const guest = await booked()
  const tries = Array.from({ length: 10 }, () =>
    outcome(withGuest(guest, (tx) => correctAddress(tx, guest.capability.id, { email: fresh() }))),
  )
  expect(counted(await Promise.all(tries))).toEqual({ ok: 3, limit: 7 })
})

test('a stranger’s mailbox gets so many messages, whatever causes them; nothing is refused for it', async () => {
  changeEnv({ RATE_LIMIT_MESSAGES_PER_CONTACT: '2' })
  const victim = fresh()
  const told = async (guest: GuestActor, news: VisitNews) => {
    const { tenantId, id: appointmentId } = guest.capability
    const composed = await withSystem('test', tenantId, (tx) => composeMessage(tx, { appointmentId, news }))
    return composed?.kind ?? 'held back'
  }
  const [first, second, third] = [await booked(victim), await booked(), await booked(victim)]
  expect(await told(first, 'booked')).toBe('booked')
  await withGuest(second, (tx) => correctAddress(tx, second.capability.id, { email: victim }))
  expect(await told(second, 'address_corrected')).toBe('booked')
  expect(await told(third, 'booked')).toBe('held back')
  expect(await withGuest(third, (tx) => visit(tx, third.capability.id))).toMatchObject({ confirmation: 'held_back' })
  const open = async (kind: 'link' | 'mailed', birthDate: string) => {
    const link = guestOf({ ...clinic, id: third.capability.id, kind })
    return (await withGuest(link, (tx) => identify(tx, { birthDate }, anyone()))).outcome
  }
  const move = () => withGuest(third, (tx) => reschedule(tx, third.capability.id, { startsAt: free() }))
  // The link that the booker was handed opens the visit and proves no mailbox.
  expect(await open('link', '1980-12-10')).toBe('opened')
  await move()
  expect(await told(third, 'moved')).toBe('held back')
  for (let n = 0; n < 5; n += 1) await open('link', '1980-12-11')
  expect(await told(third, 'link_wanted')).toBe('held back')
  await withGuest(second, (tx) => cancel(tx, second.capability.id, { reason: '' }))
  expect(await told(second, 'cancelled')).toBe('held back')
  const mailed = guestOf({ ...clinic, id: first.capability.id, kind: 'mailed' })
  await withGuest(mailed, (tx) => identify(tx, { birthDate: '1980-12-10' }, anyone()))
  await withGuest(first, (tx) => reschedule(tx, first.capability.id, { startsAt: free() }))
  expect(await told(first, 'moved')).toBe('moved')
})
