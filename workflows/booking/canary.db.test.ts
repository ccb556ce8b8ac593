import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withGuest, withStaff } from '#db/doors.ts'
import { aListing, anyone, guestOf, type ListingFixture, visitor } from '#db/testing/fixtures.ts'
import { cancel } from '#domain/booking/cancel.ts'
import { confirm } from '#domain/booking/confirm.ts'
import { hold } from '#domain/booking/hold.ts'
import { reschedule } from '#domain/booking/reschedule.ts'
import { changeEnv, childEnv, env } from '#lib/env.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import { testTemporal } from '#scripts/test/temporal.ts'
import { type MailCatcher, type MailFaults, startMailCatcher } from '#standins/mail.ts'
import type { CaughtMail, OpenedMail } from '#standins/mail-store.ts'
import { temporalClient } from '../temporal.ts'
import { bookingId } from './contract.ts'

const server = await testTemporal()

/** In every field but the address that messages go to, which stands in the envelope and the To line alone. */
const canaries = [
  ...['Canarygiven', 'Canaryfamily', '1983-07-19', '19 July', '+15555550111', 'canary-patient@example.com'],
  ...['Canarybooker', 'Canaryparent', '1951-08-23', '23 August', '+15555550122'],
  ...['Dr. Canarywing', 'Canaryservice', 'canaryspecialty', 'Canaryreason', 'Canarynotice'],
]
const mailbox = 'canary-mailbox@example.com'

/** All text in a message of Temporal's, payloads decoded. */
function readable(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8')
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([name, inner]) => `${name}: ${readable(inner)}`)
    .join('\n')
}

describe('what is known of a patient', () => {
  const dir = mkdtempSync(join(tmpdir(), 'medley-canary-'))
  const logFile = join(dir, 'worker.log')
  let catcher: MailCatcher
  let worker: ChildProcess
  let admin: postgres.Sql
  let clinic: ListingFixture
  const json = async <T>(path: string, init?: RequestInit): Promise<T> =>
    (await fetch(`${catcher.url}${path}`, init)).json() as Promise<T>
  const faults = (change: Partial<MailFaults>) => json('/faults', { method: 'POST', body: JSON.stringify(change) })

  beforeAll(async () => {
    const { web, jobs, owner, admin: adminUrl } = await ownDatabase('canary')
    admin = postgres(adminUrl, { max: 2, onnotice: () => {} })
    changeEnv({ DATABASE_URL: web, DATABASE_WORKER_URL: jobs, DATABASE_OWNER_URL: owner })
    await server.start()
    catcher = await startMailCatcher({ smtpPort: 0, httpPort: 0, dir: join(dir, 'mail') })
    clinic = await aListing({
      name: 'Dr. Canarywing',
      specialty: 'canaryspecialty',
      service: { name: 'Canaryservice', cancelUntilMinutes: 0 },
    })
    await admin`update organization set notice = 'Canarynotice' where tenant_id = ${clinic.tenantId}`
    const log = await open(logFile, 'a')
    worker = spawn(process.execPath, [join(import.meta.dirname, '../worker.ts')], {
      stdio: ['ignore', log.fd, log.fd],
      env: childEnv({
        DATABASE_WORKER_URL: env().DATABASE_WORKER_URL,
        TEMPORAL_ADDRESS: server.address,
        SMTP_URL: catcher.smtpUrl,
        LOG_LEVEL: 'trace',
      }),
    })
    await log.close()
  }, 60_000)
  afterAll(async () => {
    const gone = worker.exitCode === null ? once(worker, 'exit') : [worker.exitCode, null]
    worker.kill('SIGTERM')
    // Asked to end while Temporal is there and nothing runs, it does so at once and without complaint.
    expect(await gone).toEqual([0, null])
    await Promise.all([catcher.stop(), server.remove(), admin.end()])
    rmSync(dir, { recursive: true })
  }, 60_000)

  /** Every message about a visit goes wrong once on its way, by a server that repeats the address in its answer. */
  async function aVisitWithEverything(): Promise<string> {
    const guest = visitor(clinic)
    const { id } = guest.capability
    const { listingId, serviceId } = clinic
    await faults({ rejectNext: 1, rejectCode: 451 })
    await withGuest(guest, (tx) => hold(tx, { listingId, serviceId, startsAt: clinic.at }, anyone()))
    await withGuest(guest, (tx) =>
      confirm(
        tx,
        id,
        {
          patient: {
            givenName: 'Canarygiven',
            familyName: 'Canaryfamily',
            birthDate: '1983-07-19',
            phone: '+15555550111',
            email: 'canary-patient@example.com',
          },
          bookedBy: {
            givenName: 'Canarybooker',
            familyName: 'Canaryparent',
            birthDate: '1951-08-23',
            phone: '+15555550122',
            email: mailbox,
            relationship: 'parent',
          },
          acknowledged: [],
        },
        anyone(),
      ),
    )
    await mails(1)
    await withGuest(guestOf({ tenantId: clinic.tenantId, id }), (tx) =>
      reschedule(tx, id, { startsAt: clinic.times[20] ?? clinic.at }),
    )
    await mails(2)
    await faults({ rejectNext: 1, rejectCode: 451 })
    await withStaff(clinic.staff.scheduler, (tx) => cancel(tx, id, { reason: 'Canaryreason' }))
    await mails(3)
    await faults({ rejectNext: 1, rejectCode: 550 })
    await admin`update appointment set link_version = 2 where id = ${id}`
    await admin`insert into outbox (tenant_id, topic, aggregate_id) values (${clinic.tenantId}, 'booking.link_wanted', ${id})`
    await settled(id)
    return id
  }

  async function mails(count: number): Promise<OpenedMail[]> {
    for (let tries = 0; tries < 400; tries += 1) {
      const list = await json<CaughtMail[]>(`/messages?to=${mailbox}`)
      if (list.length >= count) return Promise.all(list.map(({ id }) => json<OpenedMail>(`/messages/${id}`)))
      await sleep(50)
    }
    throw new Error(`There are no ${count} mails.`)
  }

  async function settled(id: string): Promise<void> {
    for (let tries = 0; tries < 400; tries += 1) {
      const rows = await admin`select 1 from message where appointment_id = ${id} and reason = 'refused'`
      if (rows.length > 0) return
      await sleep(50)
    }
    throw new Error('The refusal was not recorded.')
  }

  /** Everything that Temporal keeps of a run, payloads as text. */
  async function historyOf(id: string): Promise<string> {
    const client = temporalClient(server.address)
    const texts: string[] = []
    for await (const { runId } of client.workflow.list({ query: `WorkflowId = "${bookingId(id)}"` })) {
      const handle = client.workflow.getHandle(bookingId(id), runId)
      texts.push(readable(await handle.fetchHistory()), readable((await handle.describe()).raw))
    }
    await client.connection.close()
    return texts.join('\n')
  }

  test('is in no mail, calendar file, log line, workflow history, outbox row or audit entry', async () => {
    const id = await aVisitWithEverything()
    const sent = await mails(3)
    const rows = await admin`
        select jsonb_agg(to_jsonb(o)) as outbox, (select jsonb_agg(to_jsonb(m)) from message m) as messages,
          (select jsonb_agg(to_jsonb(e)) from audit_event e) as audit, (select jsonb_agg(to_jsonb(h)) from heartbeat h) as beats
        from outbox o`
    const sinks = {
      mail: sent.map(({ subject, text, html }) => [subject, text, html].join('\n')).join('\n'),
      headers: sent
        .map(({ headers }) =>
          headers
            .filter(({ name }) => name !== 'To')
            .map(({ name, value }) => `${name}: ${value}`)
            .join('\n'),
        )
        .join('\n'),
      calendar: sent
        .map(({ attachments }) => attachments.map(({ text }) => text.replaceAll('\n ', '')).join('\n'))
        .join('\n'),
      log: readFileSync(logFile, 'utf8'),
      history: await historyOf(id),
      tables: JSON.stringify(rows),
    }
    // Each sink was really looked into: what it is there for is found.
    expect(sinks.mail).toContain('1 Main Street')
    expect(sinks.headers).toMatch(/^X-Request-Id: [0-9a-f-]{36}$/im)
    expect(sinks.calendar).toContain(`UID:${id}@medley.test`)
    expect(sinks.log).toContain(id)
    expect(sinks.log).toContain('smtp EMESSAGE DATA 451')
    for (const words of [id, 'name: tell', '"news":"booked"', 'mail_unavailable'])
      expect(sinks.history).toContain(words)
    expect(sinks.tables).toContain('"refused"')

    for (const [sink, text] of Object.entries(sinks)) {
      for (const canary of [...canaries, mailbox]) {
        const forms = [canary, Buffer.from(canary).toString('base64').replace(/=+$/, ''), encodeURIComponent(canary)]
        for (const form of forms)
          expect(`${sink}: ${text.toLowerCase().includes(form.toLowerCase()) ? form : ''}`).toBe(`${sink}: `)
      }
    }
  }, 60_000)
})
