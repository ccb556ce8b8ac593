import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Urls } from '#scripts/test/cluster.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import { Pool } from '../pool.ts'
import { rehearse } from './rehearse.ts'

// What the login of a door can do to the database itself: nothing that stays, and nothing that fills the disk.

const doorsOf = {
  web: ['staff', 'patient', 'guest', 'public'],
  auth: ['auth'],
  jobs: ['worker', 'relay', 'public'],
} as const
const logins = ['web', 'auth', 'jobs'] as const
let urls: Urls
let admin: postgres.Sql
const connections = {} as Record<(typeof logins)[number], postgres.Sql>

beforeAll(async () => {
  urls = await ownDatabase('stolen')
  admin = postgres(urls.admin, { max: 1, onnotice: () => {} })
  for (const login of logins) connections[login] = postgres(urls[login], { max: 1, onnotice: () => {} })
})
afterAll(() => Promise.all([admin, ...Object.values(connections)].map((sql) => sql.end({ timeout: 5 }))))

/** 'done', or the SQLSTATE of what refused it. It is committed when nothing refused it. */
const told = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error) => error.code,
  )

const wall = () => admin`
  select (select count(*)::int from pg_policy) as policies, (select md5(string_agg(relacl::text, '' order by oid)) from pg_class) as grants`

test('no login changes the wall, also not as a role whose policies and grants are its own to give up', async () => {
  const before = await wall()
  for (const login of logins) {
    for (const door of doorsOf[login]) {
      for (const statement of [
        `drop owned by medley_${door}`,
        `drop owned by medley_${door} cascade`,
        `alter default privileges for role medley_${door} grant all on tables to public`,
        'create temporary table mine (x int)',
        'drop event trigger refuse_ddl',
      ]) {
        const attack = connections[login].begin(async (tx) => {
          await tx.unsafe(`set local role medley_${door}`)
          await tx.unsafe(statement)
        })
        expect(await told(attack), `${login} as ${door}: ${statement}`).toBe('42501')
      }
    }
    expect(await told(connections[login]`set event_triggers = off`)).toBe('42501')
  }
  expect(await wall()).toEqual(before)
})

test('the relay goes on to add months to the trail', async () => {
  const [last] = await admin<{ name: string }[]>`
    select max(oid::regclass::text) as name from pg_class where relnamespace = 'audit'::regnamespace and relname like 'event\_2%' and relkind = 'r'`
  await admin.unsafe(`drop table ${last?.name}`)
  const added = await connections.jobs.begin(async (tx) => {
    await tx`set local role medley_relay`
    return tx<{ months: number }[]>`select audit.add_months() as months`
  })
  expect(added[0]?.months).toBe(1)
})

test('no login fills the disk with temporary files, and none can raise its limit', async () => {
  for (const login of logins) {
    const [row] = await connections[login]<{ limit: string }[]>`select current_setting('temp_file_limit') as limit`
    expect(row?.limit, login).toMatch(/^\d+MB$/)
    expect(await told(connections[login]`set temp_file_limit = -1`), login).toBe('42501')
  }
  const sort = connections.web.begin(async (tx) => {
    await tx`set local statement_timeout = 0`
    await tx`set local transaction_timeout = 0`
    await tx`select count(*) from (select n, repeat(md5(n::text), 30) as wide from generate_series(1, 500000) n order by wide) s`
  })
  expect(await told(sort)).toBe('53400')
})

test('the watch ends what goes on for too long under each login of a door', async () => {
  const [row] = await admin<
    { body: string }[]
  >`select prosrc as body from pg_proc where oid = 'watch.end_overdue'::regproc`
  const pool = new Pool(urls.jobs, { max: 1 })
  const going = pool.begin(async (tx) => {
    await tx`set local statement_timeout = 0`
    await tx`set local transaction_timeout = 0`
    await tx`select pg_sleep(600)`
  })
  const ended = expect(going).rejects.toThrow()
  await expect
    .poll(
      () =>
        admin`select from pg_stat_activity where datname = current_database() and query like '%pg_sleep(600)%' and usename = 'medley_jobs'`,
    )
    .toHaveLength(1)
  // A minute cannot be waited for here: the same question with a shorter patience, of this database alone.
  await admin.unsafe(
    (row?.body ?? '')
      .replace("'60 seconds'", "'0 seconds'")
      .replace('a.xact_start <', 'a.datname = current_database() and a.xact_start <'),
  )
  await ended
  await pool.end()
})

test('a policy that is gone, changed or new is named to the relay', async () => {
  const seen = async (plant: string) =>
    rehearse(admin, async (tx: postgres.TransactionSql) => {
      await tx.unsafe(plant)
      const [row] = await tx<{ names: string[] }[]>`select kernel.altered_policies() as names`
      return row?.names
    })
  expect(await seen('select 1')).toEqual([])
  expect(await seen('drop owned by medley_public')).toContain('public.listing: public_select')
  expect(await seen('alter policy public_select on listing using (false)')).toEqual(['public.listing: public_select'])
  expect(await seen('create policy odd on listing for select to medley_relay using (true)')).toEqual([
    'public.listing: odd',
  ])
})
