import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withGuest } from '#db/doors.ts'
import { aListing, anyone, type ListingFixture, visitor } from '#db/testing/fixtures.ts'
import { hold } from '#domain/booking/hold.ts'
import { changeEnv, childEnv, env } from '#lib/env.ts'
import { ownDatabase } from '#scripts/test/database.ts'

const started: ChildProcess[] = []
let admin: postgres.Sql
let clinic: ListingFixture

beforeAll(async () => {
  const { web, jobs, owner, admin: adminUrl } = await ownDatabase('worker')
  admin = postgres(adminUrl, { max: 2, onnotice: () => {} })
  changeEnv({ DATABASE_URL: web, DATABASE_WORKER_URL: jobs, DATABASE_OWNER_URL: owner })
  clinic = await aListing()
})
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL')
  await admin.end()
})

/** A worker process without Temporal, as an operator runs it: the other logins’ addresses are not its business. */
function start(login = env().DATABASE_WORKER_URL): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'worker.ts')], {
    stdio: 'ignore',
    env: childEnv({
      DATABASE_URL: undefined,
      DATABASE_OWNER_URL: undefined,
      DATABASE_WORKER_URL: login,
      TEMPORAL_ADDRESS: undefined,
    }),
  })
  started.push(child)
  return child
}

async function until<T>(look: () => Promise<T | undefined>, limitMs = 20_000): Promise<T> {
  const end = Date.now() + limitMs
  for (;;) {
    const seen = await look()
    if (seen) return seen
    if (Date.now() > end) throw new Error('It did not happen in time.')
    await sleep(50)
  }
}

/** Whether a change of a listing is acted on: how many milliseconds that took. */
async function refreshed(): Promise<number> {
  const { tenantId, listingId } = clinic
  const begun = performance.now()
  const [row] =
    await admin`insert into outbox (tenant_id, topic, aggregate_id) values (${tenantId}, 'listing.changed', ${listingId}) returning id`
  await until(async () => {
    const [done] = await admin`select 1 from outbox where id = ${row?.id} and done_at is not null`
    return done
  })
  return performance.now() - begun
}

test('under a login that stands above the wall it does nothing and ends', async () => {
  await admin`delete from heartbeat`
  expect(await once(start(env().DATABASE_OWNER_URL), 'exit')).toEqual([1, null])
  expect(await admin`select 1 from heartbeat`).toHaveLength(0)
})

test('one works, the next takes over when it is killed; each ends within seconds when asked', async () => {
  const first = start()
  await refreshed()
  const [beat] =
    await admin`select details, at > now() - interval '6 seconds' as fresh from heartbeat where name = 'worker'`
  expect(beat).toMatchObject({ fresh: true, details: { temporal: 'off' } })
  const second = start()
  await sleep(2_000)
  first.kill('SIGKILL')
  expect(await refreshed()).toBeLessThan(10_000)
  second.kill('SIGTERM')
  const asked = performance.now()
  expect(await once(second, 'exit')).toEqual([0, null])
  expect(performance.now() - asked).toBeLessThan(5_000)
}, 60_000)

test('holds that ran out and keys of last week are swept, hints brought up to date', async () => {
  const { tenantId, listingId, serviceId } = clinic
  const guest = visitor(clinic)
  await withGuest(guest, (tx) => hold(tx, { listingId, serviceId, startsAt: clinic.at }, anyone()))
  await admin`update hold set expires_at = now() - interval '1 minute' where id = ${guest.capability.id}`
  await admin`update occupancy set expires_at = now() - interval '1 minute' where appointment_id = ${guest.capability.id}`
  await admin`insert into idempotency (scope, route, key_hash, body_hash, created_at) values ('anon', 'hold', 'old', 'x', now() - interval '73 hours')`
  await admin`insert into outbox (tenant_id, topic, aggregate_id, done_at) values (${tenantId}, 'listing.changed', ${listingId}, now() - interval '8 days')`
  await admin`update listing_hint set refreshed_at = now() - interval '11 minutes' where listing_id = ${listingId}`
  const worker = start()
  await until(async () => {
    const [left] =
      await admin`select (select count(*) from occupancy where kind = 'hold') + (select count(*) from idempotency where key_hash = 'old')
        + (select count(*) from outbox where done_at < now() - interval '7 days')
        + (select count(*) from listing_hint where refreshed_at < now() - interval '10 minutes') as n`
    return left?.n === '0'
  })
  worker.kill('SIGINT')
  expect(await once(worker, 'exit')).toEqual([0, null])
}, 60_000)

test('when Postgres cuts every connection, it is back at work within seconds, told of news as before', async () => {
  const worker = start()
  await refreshed()
  await admin`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'medley_jobs' and datname = current_database()`
  expect(await refreshed()).toBeLessThan(10_000)
  const ears = () => admin`
    select 1 from pg_stat_activity where usename = 'medley_jobs' and datname = current_database() and query ilike 'listen %'`
  await until(async () => ((await ears()).length === 1 ? true : undefined))
  expect(worker.exitCode).toBeNull()
  worker.kill('SIGTERM')
  expect(await once(worker, 'exit')).toEqual([0, null])
}, 60_000)

test('a listing that cannot be refreshed does not hold up the others', async () => {
  const broken = await aListing()
  await admin`update location set time_zone = 'Nowhere/At_all' where id = ${broken.locationId}`
  await admin`insert into outbox (tenant_id, topic, aggregate_id) values (${broken.tenantId}, 'listing.changed', ${broken.listingId})`
  const worker = start()
  await refreshed()
  const [row] =
    await admin`select attempts, reason, done_at, dead_at from outbox where aggregate_id = ${broken.listingId}`
  expect(row).toMatchObject({ reason: '22023', done_at: null, dead_at: null })
  expect(row?.attempts).toBeGreaterThanOrEqual(1)
  worker.kill('SIGTERM')
  await once(worker, 'exit')
}, 60_000)
