import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withGuest } from '#db/doors.ts'
import { aListing, visitor } from '#db/testing/fixtures.ts'
import { newId } from '#lib/ids.ts'
import { testDatabase } from '#scripts/test/database.ts'

let admin: postgres.Sql
beforeAll(async () => {
  admin = postgres((await testDatabase()).admin, { max: 3, onnotice: () => {} })
})
afterAll(() => admin.end())

/** Until a backend waits for `pid`. */
async function waiterOf(pid: number): Promise<void> {
  await expect
    .poll(async () => (await admin`select 1 from pg_stat_activity where ${pid} = any (pg_blocking_pids(pid))`).length, {
      interval: 20,
      timeout: 10_000,
    })
    .toBeGreaterThan(0)
}

test('uses are counted in the order of their keys: who waits for the first has none of the others', async () => {
  const run = newId()
  const keys = Array.from('gbhdface', (letter) => `${run} ${letter}`)
  const [first = '', ...others] = keys.toSorted()
  const clinic = await aListing()
  const count = (sql: postgres.ISql, some: string[]) =>
    sql`select * from kernel.count_use(${some}, ${some.map(() => 9)}, ${some.map(() => 60)})`
  let waiting: Promise<unknown> = Promise.resolve()
  await withGuest(visitor(clinic), async ({ sql: holder }) => {
    const [me] = await holder`select pg_backend_pid() as pid`
    await count(holder, [first])
    waiting = withGuest(visitor(clinic), ({ sql }) => count(sql, keys))
    await waiterOf(me?.pid)
    // A deadlock, if the other had one of these.
    await count(holder, others)
  })
  await waiting
  const used = await admin`select used from tally where key = any (${keys})`
  expect(used.map((row) => row.used)).toEqual(keys.map(() => 2))
})

test('the locks of addresses are taken in one order, whichever way a caller names them', async () => {
  const clinic = await aListing()
  const hashes = [newId(), newId()]
  const numbers = await admin<{ number: string }[]>`
    select hashtextextended('hold by ' || hash, 0)::text as number from unnest(${hashes}::text[]) as hash
    order by hashtextextended('hold by ' || hash, 0)`
  const [first, second] = numbers.map(({ number }) => number)
  for (const [n, order] of [hashes, hashes.toReversed()].entries()) {
    const guest = visitor(clinic)
    let waiting: Promise<unknown> = Promise.resolve()
    await admin.begin(async (holder) => {
      const [me] = await holder`select pg_backend_pid() as pid, pg_advisory_xact_lock(${first ?? ''}::bigint)`
      waiting = withGuest(
        guest,
        ({ sql }) => sql`
          select status from kernel.hold(${clinic.listingId}, ${clinic.serviceId}, ${clinic.times[4 * n] ?? clinic.at},
            ${guest.capability.id}, ${order}::text[], 9, 9)`,
      )
      await waiterOf(me?.pid)
      const [free] = await holder`select pg_try_advisory_xact_lock(${second ?? ''}::bigint) as answer`
      expect(free).toEqual({ answer: true })
    })
    expect(await waiting).toEqual([{ status: 'ok' }])
  }
})
