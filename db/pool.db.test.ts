import { expect, test } from 'vitest'
import { testDatabase } from '#scripts/test/database.ts'
import { openPool } from './pool.ts'
import { hangingWayTo } from './testing/hanging.ts'

test('a server that hangs in the middle of a transaction is given up, and those who wait get connections of their own', async () => {
  const way = await hangingWayTo((await testDatabase()).web)
  const pool = openPool(way.url, 1, 300)
  expect(await pool.begin(async (tx) => (await tx`select 1 as one`)[0])).toEqual({ one: 1 })
  const stuck = pool.begin(async (tx) => {
    way.hang()
    await tx`select 2`
  })
  const behind = pool.ask((sql) => sql`select 3`)
  await expect(stuck).rejects.toMatchObject({ code: expect.stringMatching(/^CONNECTION_/) })
  await expect(behind).rejects.toMatchObject({ code: expect.stringMatching(/^CONN/) })
  way.close()
  await pool.end()
})
