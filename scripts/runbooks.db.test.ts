import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aListing } from '#db/testing/fixtures.ts'
import { changeEnv } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import type { Urls } from './test/cluster.ts'
import { ownDatabase } from './test/database.ts'

const folder = join(import.meta.dirname, '../docs/runbooks')
const personId = newId()
const outboxId = '1'
let urls: Urls

/** What a reader would fill in. */
const filledIn = (sql: string): string =>
  sql.replaceAll('<hex>', 'ab'.repeat(32)).replaceAll("'<id>'", `'${personId}'`).replaceAll('<id>', outboxId)

/** The SQL blocks of the runbooks with the login that each names after "sql". */
const blocks = readdirSync(folder).flatMap((name) => {
  const text = readFileSync(join(folder, name), 'utf8')
  return [...text.matchAll(/^ *```sql *(\S*)\n([\s\S]*?)^ *```$/gm)].map(([, login = '', sql = ''], i) => ({
    name: `${name} ${i + 1}`,
    login,
    sql,
  }))
})

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

afterAll(() => changeEnv({ DATABASE_URL: undefined, DATABASE_WORKER_URL: undefined, DATABASE_OWNER_URL: undefined }))

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
