import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withRelay } from '#db/doors.ts'
import { aListing } from '#db/testing/fixtures.ts'
import { changeEnv } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import { lease } from '#workflows/outbox.ts'
import type { Urls } from './test/cluster.ts'
import { ownDatabase } from './test/database.ts'
import { runbookBlocks } from './test/runbooks.ts'

const personId = newId()
const outboxId = '1'
let urls: Urls

/** What a reader would fill in. */
const filledIn = (sql: string): string =>
  sql
    .replaceAll('<hex>', 'ab'.repeat(32))
    .replaceAll("'<id>'", `'${personId}'`)
    .replaceAll('<id>', outboxId)
    .replaceAll('<when Temporal was lost>', 'infinity')
    .replaceAll('<password>', 'long and random')

/** The SQL blocks of the runbooks with the login that each names after "sql". */
const blocks = runbookBlocks()
  .filter(({ language }) => language === 'sql')
  .map(({ runbook, about, text }, i) => ({ name: `${runbook}, block ${i + 1}`, login: about, sql: text }))

/** The one block that holds these words. */
function blockWith(words: string): { login: string; sql: string } {
  const [found, ...more] = blocks.filter(({ sql }) => sql.includes(words))
  if (!found || more.length > 0) throw new Error(`${more.length + 1} blocks with "${words}"`)
  return found
}

const urlOf = (login: string): string | undefined =>
  ({ postgres: urls.admin, medley_owner: urls.owner, medley_web: urls.web, medley_jobs: urls.jobs })[login]

async function as<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Runs a block as written, and gives how many rows each of its writes touched. */
async function touched(login: string, sql: string): Promise<number[]> {
  const url = urlOf(login)
  if (!url) throw new Error(`no such login: "${login}"`)
  const statements = filledIn(sql)
    .split(/;\s*$/m)
    .filter((statement) => statement.trim())
  return as(url, async (client) => {
    const counts: number[] = []
    for (const statement of statements) {
      const rows = await client.unsafe(statement)
      if (/^(UPDATE|INSERT|DELETE)$/.test(rows.command)) counts.push(rows.count)
      if (rows[0]?.refresh_listing !== undefined) counts.push(rows[0].refresh_listing)
    }
    return counts
  })
}

beforeAll(async () => {
  urls = await ownDatabase('runbooks')
  changeEnv({
    DATABASE_URL: urls.web,
    DATABASE_AUTH_URL: urls.auth,
    DATABASE_WORKER_URL: urls.jobs,
    DATABASE_OWNER_URL: urls.owner,
  })
  const { tenantId } = await aListing()
  await as(urls.admin, async (sql) => {
    await sql`insert into person (id, display_name) values (${personId}, 'Someone')`
    await sql`insert into session (id, secret_hash, person_id, expires_at) values (${newId()}, ${randomBytes(32)}, ${personId}, now() + interval '1 day')`
    await sql`
      insert into outbox (tenant_id, topic, aggregate_id, done_at) values (${tenantId}, 'booking.booked', ${newId()}, now())`
  })
})

afterAll(async () => {
  await as(urls.admin, (sql) => sql`drop role if exists medley_backup`)
  changeEnv({ DATABASE_URL: undefined, DATABASE_WORKER_URL: undefined, DATABASE_OWNER_URL: undefined })
})

test('there are runbooks with SQL', () => {
  expect(blocks.length).toBeGreaterThan(8)
})

// A login that a policy keeps out touches no row and is told nothing: a runbook that does so would be a trap.
test.each(blocks)('$name runs as $login, and what it writes touches rows', async ({ login, sql }) => {
  const writes = sql.match(/^\s*(update|insert|delete) |kernel\.refresh_/gm) ?? []
  const counts = await touched(login, sql)
  expect(counts).toHaveLength(writes.length)
  expect(counts.filter((count) => count === 0)).toEqual([])
})

test('a block under a login that sees nothing is noticed', async () => {
  expect(await touched('medley_owner', "update outbox set reason = 'x' where id = <id>;")).toEqual([0])
})

test('the relay that hangs with its lock is the one that is ended', async () => {
  const hanging = postgres(urls.jobs, { max: 1, onnotice: () => {} })
  await hanging`set role medley_relay`
  const [{ pid } = { pid: 0 }] = await hanging<{ pid: number }[]>`
    select pg_backend_pid() as pid, kernel.lead_relay()`
  await hanging`reset role`
  const alive = () => as(urls.admin, (sql) => sql`select 1 from pg_stat_activity where pid = ${pid}`)
  expect(await alive()).toHaveLength(1)
  const { login, sql } = blockWith('pg_terminate_backend(pid) from pg_locks')
  await touched(login, sql)
  await expect.poll(alive).toHaveLength(0)
  await hanging.end({ timeout: 1 })
})

test('news that are given again come in batches, and a fresh confirmation stands behind none of them', async () => {
  const { tenantId } = await aListing()
  const fresh = await as(urls.admin, async (sql) => {
    await sql`
      insert into outbox (tenant_id, topic, aggregate_id, done_at)
      select ${tenantId}, 'booking.booked', gen_random_uuid(), now() from generate_series(1, 450)`
    const [row] = await sql<{ id: number }[]>`
      insert into outbox (tenant_id, topic, aggregate_id) values (${tenantId}, 'booking.booked', ${newId()})
      returning id::int`
    return row?.id
  })
  const { login, sql } = blockWith('<when Temporal was lost>')
  expect(await touched(login, sql)).toEqual([200])
  const leased = await withRelay((tx) => lease(tx, 50, true))
  expect(leased.map(({ id }) => id)).toContain(fresh)
})
