import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '#scripts/test/database.ts'
import { withGuest, withPublic } from './doors.ts'
import { closePools, Pool } from './pool.ts'
import { aListing, visitor } from './testing/fixtures.ts'
import { freeze } from './testing/frozen.ts'
import { hangingWayTo } from './testing/hanging.ts'

let url: string
let admin: postgres.Sql

beforeAll(async () => {
  const urls = await testDatabase()
  url = urls.web
  admin = postgres(urls.admin, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await closePools()
  await admin.end()
})

const pidOf = (pool: Pool): Promise<number> =>
  pool.begin(async (tx) => (await tx<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]?.pid ?? 0)
const isThere = async (pid: number): Promise<boolean> =>
  (await admin`select from pg_stat_activity where pid = ${pid}`).length === 1
const frozenFor = 10_000
const publicDoor = { role: 'medley_public' }

test('a server that hangs in the middle of a transaction is given up, and those who wait get connections of their own', async () => {
  const way = await hangingWayTo(url)
  const pool = new Pool(way.url, { max: 1, holdMs: 300 })
  expect(await pool.begin(async (tx) => (await tx`select 1 as one`)[0])).toEqual({ one: 1 })
  const stuck = pool.begin(async (tx) => {
    await tx`select 1`
    way.hang()
    await tx`select 2`
  })
  const behind = pool.ask((sql) => sql`select 3`)
  await expect(stuck).rejects.toMatchObject({ code: 'CONNECTION_FROZEN' })
  await expect(behind).rejects.toMatchObject({ code: 'CONNECT_TIMEOUT' })
  expect(pool.failingForMs).toBeGreaterThan(4_000)
  way.close()
  await pool.end()
})

test('connections retire between transactions: none fails and none waits for it', async () => {
  const pool = new Pool(url, { max: 2, maxAgeMs: 300, sweepMs: 20 })
  const pids = new Set<number>()
  let slowestMs = 0
  const until = performance.now() + 4_000
  const loop = async (): Promise<void> => {
    while (performance.now() < until) {
      const begun = performance.now()
      pids.add(await pidOf(pool))
      slowestMs = Math.max(slowestMs, performance.now() - begun)
    }
  }
  await Promise.all(Array.from({ length: 6 }, loop))
  expect(pids.size).toBeGreaterThan(10)
  expect(slowestMs).toBeLessThan(2_000)
  await pool.end()
  for (const pid of pids) await expect.poll(() => isThere(pid)).toBe(false)
})

test('a connection that nobody uses is closed, and the next transaction gets another', async () => {
  const pool = new Pool(url, { idleMs: 50, sweepMs: 20 })
  const pid = await pidOf(pool)
  expect(await isThere(pid)).toBe(true)
  await expect.poll(() => isThere(pid), { timeout: 5_000 }).toBe(false)
  expect(await pidOf(pool)).not.toBe(pid)
  await pool.end()
})

test('when all backends of a pool freeze, the first transaction on one tells, and the next get new ones', async () => {
  const pool = new Pool(url, { max: 4 })
  const pids = await Promise.all(
    Array.from({ length: 4 }, () =>
      pool.begin(
        async (tx) => (await tx<{ pid: number }[]>`select pg_backend_pid() as pid, pg_sleep(0.2)`)[0]?.pid ?? 0,
      ),
    ),
  )
  expect(new Set(pids).size).toBe(4)
  const thaw = freeze(pids)
  try {
    await expect(pidOf(pool)).rejects.toMatchObject({ code: 'TRANSACTION_NOT_BEGUN' })
    const begun = performance.now()
    const others = await Promise.all(Array.from({ length: 20 }, () => pidOf(pool)))
    expect(others.filter((pid) => pids.includes(pid))).toEqual([])
    expect(performance.now() - begun).toBeLessThan(frozenFor)
    expect(pool.failingForMs).toBe(0)
  } finally {
    thaw()
  }
  await pool.end()
})

test('a door repeats a transaction whose connection froze before BEGIN was answered', async () => {
  const [before] = await withPublic((tx) => tx.sql<{ pid: number }[]>`select pg_backend_pid() as pid`)
  const thaw = freeze([before?.pid ?? 0])
  try {
    const [after] = await withPublic((tx) => tx.sql<{ pid: number }[]>`select pg_backend_pid() as pid`)
    expect(after?.pid).not.toBe(before?.pid)
  } finally {
    thaw()
  }
})

test('a handle is of no use after its transaction', async () => {
  const pool = new Pool(url, { max: 1 })
  const kept = await pool.begin(async (tx) => ({ tx }))
  expect(() => kept.tx.unsafe('select 1')).toThrow('has ended')
  expect(() => kept.tx`select 1`).toThrow('has ended')
  await pool.end()
})

test('nothing of a session outlives its transaction, and prepared statements stay', async () => {
  const pool = new Pool(url, { max: 1 })
  const pid = await pool.begin(async (tx) => {
    await tx`select set_config('role', 'medley_public', true)`
    await tx`select set_config('medley.left', 'behind', false), set_config('statement_timeout', '1h', false)`
    await tx`select ${'parameter'}::text`
    await tx.unsafe('declare left_open cursor with hold for select 1')
    await tx.unsafe('listen left_open')
    const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`
    return row?.pid
  })
  const left = await pool.begin(async (tx) => {
    const [row] = await tx`
      select pg_backend_pid() as pid, current_user::text as role, current_setting('medley.left', true) as setting,
        current_setting('statement_timeout') as timeout, (select count(*)::int from pg_cursors where name = 'left_open') as cursors,
        (select count(*)::int from pg_listening_channels()) as channels`
    // The driver prepared this before and sends no more than its name: it fails when the session has lost it.
    await tx`select ${'parameter'}::text`
    return row
  })
  expect(left).toEqual({
    pid,
    role: 'medley_web',
    setting: '',
    timeout: '5s',
    cursors: 0,
    channels: 0,
  })
  await pool.end()
})

test('a read whose connection is ended under it is done again on another; a change is not', async () => {
  const admin = postgres((await testDatabase()).admin, { max: 1, onnotice: () => {} })
  const ended = async (tx: { sql: postgres.ISql }) => {
    const [row] = await tx.sql<{ pid: number }[]>`select pg_backend_pid() as pid`
    if (tries++ === 0) await admin`select pg_terminate_backend(${row?.pid ?? 0})`
    return (await tx.sql`select 1 as one`)[0]
  }
  let tries = 0
  expect(await withPublic(ended)).toEqual({ one: 1 })
  expect(tries).toBe(2)
  tries = 0
  await expect(withGuest(visitor(await aListing()), ended)).rejects.toMatchObject({ code: 'unavailable' })
  await admin.end()
})

test('an advisory lock of the session is freed with its transaction', async () => {
  const pool = new Pool((await testDatabase()).jobs, { max: 1 })
  const pid = await pool.begin(async (tx) => {
    // The one lock of a session that a login can take.
    await tx.unsafe('set local role medley_relay')
    const [row] = await tx<{ pid: number; isTaken: boolean }[]>`
      select pg_backend_pid() as pid, kernel.lead_relay() as "isTaken"`
    expect(row?.isTaken).toBe(true)
    return row?.pid ?? 0
  }, publicDoor)
  await expect.poll(() => admin`select from pg_locks where locktype = 'advisory' and pid = ${pid}`).toHaveLength(0)
  expect(await pidOf(pool)).toBe(pid)
  await pool.end()
})
