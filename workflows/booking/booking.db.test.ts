import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { GuestActor } from '#db/actor.ts'
import { withGuest, withStaff } from '#db/doors.ts'
import { aListing, anyone, guestOf, type ListingFixture, shiftVisit, visitor } from '#db/testing/fixtures.ts'
import { cancel } from '#domain/booking/cancel.ts'
import { confirm } from '#domain/booking/confirm.ts'
import { correctAddress } from '#domain/booking/correctAddress.ts'
import { hold } from '#domain/booking/hold.ts'
import { reschedule } from '#domain/booking/reschedule.ts'
import { unreachedVisits } from '#domain/notification/read.ts'
import { closeMail } from '#gateways/mail.ts'
import { changeEnv } from '#lib/env.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import { testTemporal } from '#scripts/test/temporal.ts'
import { type MailCatcher, type MailFaults, startMailCatcher } from '#standins/mail.ts'
import type { CaughtMail, OpenedMail } from '#standins/mail-store.ts'
import { Relay } from '../relay.ts'
import { temporalClient, temporalState } from '../temporal.ts'
import { installRuntime, TemporalWorker } from '../temporal-worker.ts'
import { bookingId } from './contract.ts'

const server = await testTemporal()
let admin: postgres.Sql
let clinic: ListingFixture
let people = 0
let used = 0

/** Booked by the verbs, as the API does: the outbox row lies there when this returns. */
async function book(place = clinic): Promise<GuestActor & { email: string }> {
  people += 1
  used += 2
  const guest = visitor(place)
  const email = `person-${people}@example.com`
  const startsAt = place.times[used] ?? place.at
  const { listingId, serviceId } = place
  await withGuest(guest, (tx) => hold(tx, { listingId, serviceId, startsAt }, anyone()))
  const patient = { givenName: 'Ada', familyName: 'Byron', birthDate: '1980-12-10', email }
  await withGuest(guest, (tx) => confirm(tx, guest.capability.id, { patient, acknowledged: [] }, anyone()))
  return { ...guestOf({ tenantId: place.tenantId, id: guest.capability.id }), email }
}

// A database of its own: the relay acts on every row of the outbox, those of other tests too.
beforeAll(async () => {
  const { web, jobs, owner, admin: adminUrl } = await ownDatabase('workflows')
  admin = postgres(adminUrl, { max: 2, onnotice: () => {} })
  changeEnv({ DATABASE_URL: web, DATABASE_WORKER_URL: jobs, DATABASE_OWNER_URL: owner })
})

afterAll(() => admin.end())

async function eventually<T>(look: () => Promise<T>, isRight: (seen: T) => boolean, limitMs = 15_000): Promise<T> {
  const until = Date.now() + limitMs
  for (;;) {
    const seen = await look()
    if (isRight(seen) || Date.now() > until) return seen
    await sleep(50)
  }
}

const waiting = async (): Promise<number> => {
  const [row] = await admin`select count(*)::int as n from outbox where done_at is null and dead_at is null`
  return row?.n
}

describe('the messages of a visit, with Temporal', () => {
  let catcher: MailCatcher
  let client: Client
  let relay: Relay
  let worker: TemporalWorker
  const dir = mkdtempSync(join(tmpdir(), 'medley-mail-'))
  const json = async <T>(path: string, init?: RequestInit): Promise<T> =>
    (await fetch(`${catcher.url}${path}`, init)).json() as Promise<T>
  const faults = (change: Partial<MailFaults>) => json('/faults', { method: 'POST', body: JSON.stringify(change) })
  const mailsTo = (email: string) => json<CaughtMail[]>(`/messages?to=${email}`)
  const mails = (email: string, count: number) =>
    eventually(
      () => mailsTo(email),
      (seen) => seen.length >= count,
    )
  const subjects = async (email: string, count: number) =>
    (await mails(email, count)).map(({ subject }) => subject.split(':')[0]).reverse()
  const open = async (email: string) => json<OpenedMail>(`/messages/${(await mailsTo(email))[0]?.id}`)
  const handle = (guest: GuestActor) => client.workflow.getHandle(bookingId(guest.capability.id))
  const asGuest = <T>(guest: GuestActor, work: Parameters<typeof withGuest<T>>[1]) => withGuest(guest, work)

  beforeAll(async () => {
    installRuntime()
    await server.start()
    clinic = await aListing({ service: { cancelUntilMinutes: 0 } })
    catcher = await startMailCatcher({ smtpPort: 0, httpPort: 0, dir })
    changeEnv({ SMTP_URL: catcher.smtpUrl, TEMPORAL_ADDRESS: server.address })
    client = temporalClient(server.address)
    relay = new Relay(client)
    worker = new TemporalWorker(server.address)
    relay.start()
    worker.start()
  }, 60_000)
  beforeEach(() => faults({ rejectNext: 0, rejectCode: 550, loseAnswerNext: 0, delayMs: 0, down: false }))
  afterAll(async () => {
    await Promise.all([relay.stop(), worker.stop()])
    await client.connection.close()
    closeMail()
    await catcher.stop()
    await server.remove()
    rmSync(dir, { recursive: true })
  }, 60_000)

  test('booked, moved, cancelled: each is told as it happens, and the run ends with the cancellation', async () => {
    const guest = await book()
    const { id } = guest.capability
    expect(await subjects(guest.email, 1)).toEqual(['Your appointment'])
    const [booking] = await admin`select request_id from outbox where aggregate_id = ${id}`
    expect((await mailsTo(guest.email))[0]?.requestId).toBe(booking?.request_id)
    await asGuest(guest, (tx) => reschedule(tx, id, { startsAt: clinic.times[99] ?? clinic.at }))
    expect(await subjects(guest.email, 2)).toEqual(['Your appointment', 'Your appointment has moved'])
    expect((await open(guest.email)).calendar).toMatchObject({ method: 'REQUEST' })
    expect((await open(guest.email)).calendar?.ics).toMatch(new RegExp(`UID:${id}@medley.test\nSEQUENCE:1\n`))
    await asGuest(guest, (tx) => cancel(tx, id, { reason: '' }))
    expect((await subjects(guest.email, 3)).at(-1)).toBe('Your appointment is cancelled')
    expect((await open(guest.email)).calendar?.ics).toMatch(/METHOD:CANCEL\n[\s\S]*SEQUENCE:2\n/)
    await handle(guest).result()
    expect((await handle(guest).describe()).status.name).toBe('COMPLETED')
    const news = await admin`select told_at is not null as told from outbox where aggregate_id = ${id}`
    expect([...news]).toEqual(Array(3).fill({ told: true }))
  })

  test('news of a visit whose run has ended begin another, which repeats nothing', async () => {
    const guest = await book()
    await mails(guest.email, 1)
    await asGuest(guest, (tx) => cancel(tx, guest.capability.id, { reason: '' }))
    await mails(guest.email, 2)
    await handle(guest).result()
    await asGuest(guest, (tx) => correctAddress(tx, guest.capability.id, { email: 'corrected@example.com' }))
    expect(await subjects('corrected@example.com', 1)).toEqual(['Your appointment is cancelled'])
    await handle(guest).result()
    expect(await mailsTo(guest.email)).toHaveLength(2)
  })

  test('a moved visit has its reminders at the new time; one that is due goes out by itself', async () => {
    const east = 12 - new Date().getUTCHours()
    const place = await aListing({ zone: east > 0 ? `Etc/GMT-${east}` : `Etc/GMT+${-east}` })
    const guest = await book(place)
    const { id } = guest.capability
    await mails(guest.email, 1)
    // As if it had been booked long ago, and moved to a time 24 hours and three seconds from now.
    await shiftVisit(admin, id, 24 * 3600 + 3, 25 * 3600)
    await admin`update appointment set sequence = 1 where id = ${id}`
    await admin`update appointment_history set at = now() - interval '40 hours' where appointment_id = ${id}`
    await admin`insert into outbox (tenant_id, topic, aggregate_id) values (${place.tenantId}, 'booking.moved', ${id})`
    expect(await subjects(guest.email, 3)).toEqual(['Your appointment', 'Your appointment has moved', 'Tomorrow'])
    await handle(guest).result()
    expect(await mailsTo(guest.email)).toHaveLength(3)
  })

  test('a refused address is not tried again; the clinic sees that the visit could not be reached', async () => {
    await faults({ rejectNext: 1, rejectCode: 550 })
    const guest = await book()
    const unreached = () => withStaff(clinic.staff.scheduler, (tx) => unreachedVisits(tx))
    const [seen] = await eventually(unreached, (rows) => rows.length > 0)
    expect(seen).toMatchObject({ appointmentId: guest.capability.id, kind: 'booked', reason: 'refused' })
    expect(await mailsTo(guest.email)).toEqual([])
  })

  test('while mail is down messages wait; when it is back each goes out once', async () => {
    await faults({ down: true })
    const guests = [await book(), await book(), await book()]
    await sleep(1_500)
    await faults({ down: false })
    for (const guest of guests) expect(await mails(guest.email, 1)).toMatchObject([{ copies: 1 }])
  })

  test('an answer that is lost makes a second copy under one Message-ID, which a mailbox shows once', async () => {
    await faults({ loseAnswerNext: 1 })
    const guest = await book()
    const [mail] = await eventually(
      () => mailsTo(guest.email),
      ([first]) => first?.copies === 2,
    )
    expect(mail?.copies).toBe(2)
  })

  test('telling news twice, as after a crash of the relay, sends nothing twice', async () => {
    const guest = await book()
    await mails(guest.email, 1)
    await admin`update outbox set done_at = null where aggregate_id = ${guest.capability.id}`
    await eventually(waiting, (count) => count === 0)
    await asGuest(guest, (tx) => cancel(tx, guest.capability.id, { reason: '' }))
    await mails(guest.email, 2)
    await handle(guest).result()
    expect(await mailsTo(guest.email)).toMatchObject([{ copies: 1 }, { copies: 1 }])
  })

  test('a row that cannot be understood is put aside with its reason, and holds up nobody', async () => {
    const { listingId, tenantId } = clinic
    await admin`insert into outbox (tenant_id, topic, aggregate_id, attempts) values (${tenantId}, 'booking.nonsense', ${listingId}, 8)`
    const guest = await book()
    await mails(guest.email, 1)
    const find = () => admin`select dead_at, reason from outbox where topic = 'booking.nonsense'`
    const [row] = await eventually(find, ([found]) => Boolean(found?.dead_at))
    expect(row).toMatchObject({ reason: 'unknown_topic', dead_at: expect.any(Date) })
  })

  test('with Temporal stopped bookings wait in the outbox; on its return all are told, none lost, none twice', async () => {
    expect(await temporalState(client)).toBe('up')
    await server.stop()
    expect(await temporalState(client)).toBe('away')
    const guests = []
    for (let i = 0; i < 10; i += 1) guests.push(await book())
    await sleep(2_500)
    expect(await waiting()).toBe(10)
    const before = performance.now()
    await server.start()
    for (const guest of guests) expect(await mails(guest.email, 1)).toMatchObject([{ copies: 1 }])
    expect(performance.now() - before).toBeLessThan(30_000)
    expect(await waiting()).toBe(0)
  }, 60_000)
})

test('without Temporal bookings go through and their messages wait, while listings are refreshed', async () => {
  const place = await aListing()
  const relay = new Relay(undefined)
  relay.start()
  const guest = await book(place)
  const { listingId, tenantId } = place
  await admin`insert into outbox (tenant_id, topic, aggregate_id) values (${tenantId}, 'listing.changed', ${listingId})`
  const undone = () => admin`select topic from outbox where tenant_id = ${tenantId} and done_at is null`
  expect(await eventually(undone, (rows) => rows.length === 1)).toEqual([{ topic: 'booking.booked' }])
  await relay.stop()
  await admin`update outbox set done_at = now() where aggregate_id = ${guest.capability.id}`
})
