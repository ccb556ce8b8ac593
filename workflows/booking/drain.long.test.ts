import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withGuest } from '#db/doors.ts'
import { aListing, anyone, type ListingFixture, visitor } from '#db/testing/fixtures.ts'
import { confirm } from '#domain/booking/confirm.ts'
import { hold } from '#domain/booking/hold.ts'
import { changeEnv, childEnv, env } from '#lib/env.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import { testTemporal } from '#scripts/test/temporal.ts'
import { type MailCatcher, startMailCatcher } from '#standins/mail.ts'
import type { CaughtMail } from '#standins/mail-store.ts'

const bookings = 100
const withinMs = 30_000
const server = await testTemporal()

describe('a hundred bookings', () => {
  const dir = mkdtempSync(join(tmpdir(), 'medley-drain-'))
  let catcher: MailCatcher
  let admin: postgres.Sql
  let clinic: ListingFixture
  let worker: ChildProcess

  const startWorker = (): ChildProcess =>
    spawn(process.execPath, [join(import.meta.dirname, '../worker.ts')], {
      stdio: 'ignore',
      env: childEnv({
        DATABASE_WORKER_URL: env().DATABASE_WORKER_URL,
        TEMPORAL_ADDRESS: server.address,
        SMTP_URL: catcher.smtpUrl,
      }),
    })

  beforeAll(async () => {
    const { web, jobs, owner, admin: adminUrl } = await ownDatabase('drain')
    admin = postgres(adminUrl, { max: 2, onnotice: () => {} })
    changeEnv({ DATABASE_URL: web, DATABASE_WORKER_URL: jobs, DATABASE_OWNER_URL: owner })
    await server.start()
    catcher = await startMailCatcher({ smtpPort: 0, httpPort: 0, dir: join(dir, 'mail') })
    clinic = await aListing({ service: { durationMinutes: 15 } })
    worker = startWorker()
  }, 60_000)
  afterAll(async () => {
    worker.kill('SIGKILL')
    await Promise.all([catcher.stop(), server.remove(), admin.end()])
    rmSync(dir, { recursive: true })
  }, 60_000)

  const mails = async (): Promise<CaughtMail[]> =>
    (await fetch(`${catcher.url}/messages?limit=2000`)).json() as Promise<CaughtMail[]>
  const clear = () => fetch(`${catcher.url}/messages`, { method: 'DELETE' })

  async function bookAll(clinic: ListingFixture): Promise<void> {
    const { listingId, serviceId } = clinic
    for (const [index, startsAt] of clinic.times.slice(0, bookings).entries()) {
      const guest = visitor(clinic)
      const email = `person-${index}@example.com`
      const patient = { givenName: 'Ada', familyName: 'Byron', birthDate: '1980-12-10', email }
      await withGuest(guest, (tx) => hold(tx, { listingId, serviceId, startsAt }, anyone()))
      await withGuest(guest, (tx) => confirm(tx, guest.capability.id, { patient, acknowledged: [] }, anyone()))
    }
  }

  /** How long until the first and until everyone was told, in milliseconds, and who was told how often. */
  async function drained(): Promise<{ firstMs: number; tookMs: number; told: Map<string, number> }> {
    const begun = performance.now()
    let firstMs = 0
    for (;;) {
      const told = new Map<string, number>()
      for (const { to } of await mails()) told.set(to.join(), (told.get(to.join()) ?? 0) + 1)
      if (told.size > 0) firstMs ||= performance.now() - begun
      if (told.size >= bookings || performance.now() - begun > 2 * withinMs) {
        await sleep(2_000)
        return { firstMs, tookMs: performance.now() - begun - 2_000, told }
      }
      await sleep(100)
    }
  }

  test('wait while Temporal is stopped for over a minute; all are told within 30 s of its return, each once', async () => {
    await sleep(5_000)
    await server.stop()
    await bookAll(clinic)
    await sleep(65_000)
    const [waiting] = await admin`select count(*)::int as n from outbox where done_at is null and dead_at is null`
    expect(waiting?.n).toBe(bookings)
    expect(await mails()).toEqual([])
    await server.start()
    const { firstMs, tookMs, told } = await drained()
    process.stdout.write(
      `after Temporal's return: the first booking told in ${Math.round(firstMs)} ms, all ${bookings} in ${Math.round(tookMs)} ms\n`,
    )
    expect([...told.values()]).toEqual(Array(bookings).fill(1))
    expect(tookMs).toBeLessThan(withinMs)
    expect((await mails()).filter(({ copies }) => copies > 1)).toEqual([])
  }, 240_000)

  test('are each told once as a mailbox shows it, though the worker is killed again and again meanwhile', async () => {
    await clear()
    await bookAll(await aListing({ service: { durationMinutes: 15 } }))
    for (let kills = 0; kills < 3; kills += 1) {
      await sleep(2_500)
      worker.kill('SIGKILL')
      worker = startWorker()
    }
    const { told } = await drained()
    expect([...told.values()]).toEqual(Array(bookings).fill(1))
    expect([...(await admin`select distinct status from message`)]).toEqual([{ status: 'sent' }])
  }, 240_000)

  const residentMib = (): number =>
    Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${worker.pid}/status`, 'utf8'))?.[1]) / 1024

  // Each visit's workflow waits for weeks. Kept in memory, a thousand of them took 400 MiB.
  test('leave the worker no larger: those that wait for their reminders are not kept in memory', async () => {
    const sizes: number[] = []
    for (let round = 0; round < 12; round += 1) {
      await clear()
      await bookAll(await aListing({ service: { durationMinutes: 15 } }))
      await drained()
      sizes.push(Math.round(residentMib()))
    }
    process.stdout.write(`the worker after each hundred bookings, MiB: ${sizes.join(' ')}\n`)
    expect(Math.max(...sizes.slice(-3)) - Math.max(...sizes.slice(2, 5))).toBeLessThan(150)
  }, 900_000)
})
