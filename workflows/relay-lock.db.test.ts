import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { locks } from '#db/locks.ts'
import { freeze } from '#db/testing/frozen.ts'
import { changeEnv } from '#lib/env.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import { RelayLock } from './relay-lock.ts'

let admin: postgres.Sql

beforeAll(async () => {
  const urls = await ownDatabase('relay_lock')
  changeEnv({ DATABASE_WORKER_URL: urls.jobs })
  admin = postgres(urls.admin, { max: 1, onnotice: () => {} })
})
afterAll(() => admin.end())

const holders = async (): Promise<number[]> => {
  const rows = await admin<{ pid: number }[]>`
    select pid from pg_locks where locktype = 'advisory' and objid = ${locks.relay} and granted
      and database = (select oid from pg_database where datname = current_database())`
  return rows.map(({ pid }) => pid)
}

test('one has the place, keeps it, and the next takes it when it is given up', async () => {
  const [one, two] = [new RelayLock(), new RelayLock()]
  expect([await one.isOurs(), await two.isOurs(), await one.isOurs()]).toEqual([true, false, true])
  expect(await holders()).toHaveLength(1)
  await one.end()
  await expect.poll(() => two.isOurs()).toBe(true)
  await two.end()
})

test('a holder whose backend is frozen is told so, and the place is taken over although its lock stays', async () => {
  const [one, two] = [new RelayLock(1), new RelayLock(1)]
  expect([await one.isOurs(), await two.isOurs()]).toEqual([true, false])
  const thaw = freeze(await holders())
  try {
    await expect(one.isOurs()).rejects.toMatchObject({ code: 'CONNECTION_FROZEN' })
    await expect.poll(() => two.isOurs(), { timeout: 10_000 }).toBe(true)
    expect(await one.isOurs()).toBe(true)
  } finally {
    thaw()
  }
  await expect.poll(() => holders(), { timeout: 10_000 }).toEqual([])
  await Promise.all([one.end(), two.end()])
})

test('a holder whose connection was cut hears of it, and takes the place again', async () => {
  const lock = new RelayLock()
  expect(await lock.isOurs()).toBe(true)
  const [pid] = await holders()
  await admin`select pg_terminate_backend(${pid ?? 0})`
  await expect.poll(() => holders()).toEqual([])
  await expect.poll(() => lock.isOurs().catch(() => false)).toBe(true)
  await lock.end()
})

test('a holder that does not ask for thirty seconds loses the place, and not before', async () => {
  const [one, two] = [new RelayLock(), new RelayLock()]
  expect(await one.isOurs()).toBe(true)
  const begun = performance.now()
  await expect.poll(() => two.isOurs(), { timeout: 50_000, interval: 500 }).toBe(true)
  expect(performance.now() - begun).toBeGreaterThan(29_000)
  await Promise.all([one.end(), two.end()])
}, 60_000)
