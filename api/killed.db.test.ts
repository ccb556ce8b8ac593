import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closePools } from '#db/pool.ts'
import { aListing, type ListingFixture } from '#db/testing/fixtures.ts'
import { changeEnv } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import { type Postgres, removeCluster, startPostgres } from '#scripts/stack/postgres.ts'
import { clone, template } from '#scripts/test/cluster.ts'
import { readProxies } from '#scripts/web/forwarded.ts'
import { type Handle, webServer } from '#scripts/web/server.ts'
import { api } from './app.ts'

// A Postgres of its own, killed while a confirmation that came by HTTP is at a chosen step. The step is where a
// planted trigger sleeps, or where the commit, already on disk, waits for a standby that does not exist: so "lost
// before the commit" and "committed, its answer lost" are made, not hoped for.

const parent = mkdtempSync(join(tmpdir(), 'medley-killed-test-'))
const dir = join(parent, 'postgres')
const patient = { givenName: 'Ada', familyName: 'Newcomer', email: 'ada@example.org', birthDate: '1984-02-29' }
const terms = { document: 'terms', version: '2026-11-01' }
let server: Postgres
let adminUrl: string
let clinic: ListingFixture
let web: Server
let base: string

const asAdmin = async <T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> => {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Node's requests for the API, as Next hands them on. */
const handle: Handle = async (req, res) => {
  const body = Buffer.concat(await req.toArray())
  const headers = Object.entries(req.headers).map(([name, value]): [string, string] => [name, String(value)])
  const asked = new Request(new URL(req.url ?? '/', base), {
    method: req.method ?? 'GET',
    headers,
    ...(body.length > 0 && { body }),
  })
  const answer = await api.fetch(asked)
  res.writeHead(answer.status, [...answer.headers].flat()).end(Buffer.from(await answer.arrayBuffer()))
}

beforeAll(async () => {
  server = await startPostgres({ dir })
  const urls = await clone(server.adminUrl, await template(server.adminUrl), 'medley_killed')
  adminUrl = urls.admin
  changeEnv({
    DATABASE_URL: urls.web,
    DATABASE_AUTH_URL: urls.auth,
    DATABASE_WORKER_URL: urls.jobs,
    DATABASE_OWNER_URL: urls.owner,
    RATE_LIMIT_BOOKINGS_PER_LISTING_DAY: '1000',
  })
  await asAdmin(async (sql) => {
    await sql`alter role medley_web set statement_timeout = 0`
    await sql`alter role medley_web set idle_in_transaction_session_timeout = 0`
    await sql.unsafe(`
      create table probe (i int);
      create function public.wait_here() returns trigger language plpgsql as
        $$ begin perform pg_sleep(3600); return coalesce(new, old); end $$`)
  })
  clinic = await aListing()
  const publicUrl = 'http://127.0.0.1'
  web = webServer(handle, { proxies: readProxies(''), publicUrl, isDraining: () => false, isDevelopment: false })
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(web.address() as AddressInfo).port}/api/v1/`
}, 120_000)

afterAll(async () => {
  web.closeAllConnections()
  web.close()
  await closePools()
  await server.stop()
  await removeCluster(dir)
  rmSync(parent, { recursive: true, force: true })
})

type Answer = { status: number; text: string; retryAfter: string | null }

async function post(path: string, key: string, body: object): Promise<Answer> {
  const answer = await fetch(new URL(path, base), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  })
  return { status: answer.status, text: await answer.text(), retryAfter: answer.headers.get('retry-after') }
}

/** Everything that one booking writes, counted. */
const written = (id: string) =>
  asAdmin(async (sql) => {
    const [row] = await sql`
      select (select count(*)::int from appointment where id = ${id}) as visits,
        (select count(*)::int from patient where id = ${id}) as charts,
        (select count(*)::int from occupancy where appointment_id = ${id} and kind = 'booked') as times,
        (select count(*)::int from hold where id = ${id}) as holds,
        (select count(*)::int from acknowledgement where appointment_id = ${id}) as acknowledged,
        (select count(*)::int from appointment_history where appointment_id = ${id}) as history,
        (select count(*)::int from audit_event where entity_id = ${id} and action = 'appointment.booked') as audited,
        (select count(*)::int from outbox where aggregate_id = ${id} and topic = 'booking.booked') as told`
    return row
  })
const once = { visits: 1, charts: 1, times: 1, holds: 0, acknowledged: 1, history: 1, audited: 1, told: 1 }
const nothing = { visits: 0, charts: 0, times: 0, holds: 1, acknowledged: 0, history: 0, audited: 0, told: 0 }

/** The process of the web's transaction that waits for `event`, as soon as there is one. */
async function waiting(event: 'PgSleep' | 'SyncRep'): Promise<number> {
  for (;;) {
    const [row] = await asAdmin(
      (sql) => sql<{ pid: number }[]>`
        select pid from pg_stat_activity where usename = 'medley_web' and wait_event = ${event}`,
    )
    if (row) return row.pid
    await sleep(20)
  }
}

/** Kills the server and the process at work with it, then brings it back. */
async function killAt(pid: number): Promise<void> {
  const { exited } = server
  process.kill(server.pid, 'SIGKILL')
  process.kill(pid, 'SIGKILL')
  await exited
  server = await startPostgres({ dir })
}

let taken = 0
/** A time of its own, held, and its confirmation: the same key and body however often it is sent. */
async function aConfirmation(): Promise<{ id: string; confirm: () => Promise<Answer> }> {
  const startsAt = clinic.times[2 * taken++]
  const held = await post('holds', newId(), { listingId: clinic.listingId, serviceId: clinic.serviceId, startsAt })
  const { id, token } = JSON.parse(held.text)
  const key = newId()
  return {
    id,
    confirm: () => post('appointments', key, { holdId: id, holdToken: token, patient, acknowledged: [terms] }),
  }
}

/** Afterwards: the same key gives one booking, however often, with one answer. */
async function expectOneBooking(id: string, confirm: () => Promise<Answer>): Promise<void> {
  const first = await confirm()
  expect(first, first.text).toMatchObject({ status: 201 })
  expect(JSON.parse(first.text)).toMatchObject({ id, status: 'booked', manageToken: expect.any(String) })
  expect(await Promise.all([confirm(), confirm()])).toEqual([first, first])
  expect(await written(id)).toEqual(once)
}

const steps = [
  ['its key is taken', 'after insert on idempotency'],
  ['its hold becomes a booked time', 'before update on occupancy'],
  ['its hold goes', 'before delete on hold'],
  ['the chart is written', 'before insert on patient'],
  ['the visit is written', 'before insert on appointment'],
  ['the news for the outbox are written', 'after insert on outbox'],
  ['its answer is kept under the key', 'after update on idempotency'],
] as const

test.each([
  ...steps.map(([step, when]) => [step, `create trigger wait_here ${when} for each row`, when] as const),
  [
    'it commits',
    'create constraint trigger wait_here after insert on appointment deferrable initially deferred for each row',
    'on appointment',
  ] as const,
])(
  'killed when %s: nothing is written, and the same key then books once',
  async (_step, trigger, when) => {
    const { id, confirm } = await aConfirmation()
    await asAdmin((sql) => sql.unsafe(`${trigger} execute function public.wait_here()`))
    const lost = confirm()
    await killAt(await waiting('PgSleep'))
    expect(await lost).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) })
    expect(await written(id)).toEqual(nothing)
    await asAdmin((sql) => sql.unsafe(`drop trigger wait_here ${when.slice(when.indexOf('on '))}`))
    await expectOneBooking(id, confirm)
  },
  120_000,
)

test('killed after the commit, before its answer: the booking is there, and the same key gives the answer that was lost', async () => {
  const { id, confirm } = await aConfirmation()
  await asAdmin((sql) => sql.unsafe(`alter system set synchronous_standby_names = 'nobody'`))
  await asAdmin((sql) => sql`select pg_reload_conf()`)
  await commitsWait()
  const lost = confirm()
  await killAt(await waiting('SyncRep'))
  expect(await lost).toMatchObject({ status: 503 })
  await asAdmin((sql) => sql.unsafe('alter system reset synchronous_standby_names'))
  await asAdmin((sql) => sql`select pg_reload_conf()`)
  expect(await written(id)).toEqual(once)
  await expectOneBooking(id, confirm)
}, 120_000)

/** Resolves once the server makes commits wait for a standby: then one of the probes does. */
async function commitsWait(): Promise<void> {
  for (;;) {
    const probe = postgres(adminUrl, { max: 1, onnotice: () => {} })
    const [{ pid } = { pid: 0 }] = await probe<{ pid: number }[]>`select pg_backend_pid() as pid`
    let isOver = false
    probe`insert into probe values (1)`.catch(() => undefined).finally(() => (isOver = true))
    for (;;) {
      const [row] = await asAdmin(
        (sql) => sql`select 1 from pg_stat_activity where pid = ${pid} and wait_event = 'SyncRep'`,
      )
      if (row) return void probe.end({ timeout: 0 })
      if (isOver) break
    }
    await probe.end()
  }
}
