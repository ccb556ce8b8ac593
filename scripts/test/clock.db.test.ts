import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from './database.ts'

// What the other tests take for granted under a shifted clock (./clock.ts); under the machine's own it holds by itself.

let sql: postgres.Sql

beforeAll(async () => {
  sql = postgres((await testDatabase()).admin, { max: 2, onnotice: () => {} })
})
afterAll(() => sql.end())

/** How far `work` moved the wall clock and the monotonic one, in milliseconds. */
async function timed(work: () => Promise<unknown>): Promise<{ wallMs: number; steadyMs: number }> {
  const [wall, steady] = [Date.now(), performance.now()]
  await work()
  return { wallMs: Date.now() - wall, steadyMs: performance.now() - steady }
}

test('this process and Postgres show the same time', async () => {
  const [before, [row], after] = [Date.now(), await sql`select clock_timestamp() as now`, Date.now()]
  expect(row?.now.getTime()).toBeGreaterThan(before - 1_500)
  expect(row?.now.getTime()).toBeLessThan(after + 1_500)
})

test('waits are as long as asked, by either clock: a timer, a sleep and a latch of Postgres, a statement’s limit', async () => {
  const limited = () =>
    sql.begin(async (tx) => {
      await tx`set local statement_timeout = 300`
      await tx`select pg_sleep(30)`
    })
  const idle = () =>
    sql.begin(async (tx) => {
      await tx`set local lock_timeout = 300`
      await tx`select pg_advisory_xact_lock(77)`
    })
  const waits = [
    () => sleep(300),
    () => sql`select pg_sleep(0.3)`,
    () => expect(limited()).rejects.toMatchObject({ code: '57014' }),
    () =>
      sql.begin(async (tx) => {
        await tx`select pg_advisory_xact_lock(77)`
        await expect(idle()).rejects.toMatchObject({ code: '55P03' })
      }),
  ]
  for (const wait of waits) {
    const { wallMs, steadyMs } = await timed(wait)
    expect(steadyMs).toBeGreaterThan(290)
    expect(steadyMs).toBeLessThan(15_000)
    expect(Math.abs(wallMs - steadyMs)).toBeLessThan(100)
  }
})
