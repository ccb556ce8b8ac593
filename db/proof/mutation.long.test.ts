import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownDatabase } from '#scripts/test/database.ts'
import { prepare, tryMatrix } from './matrix.ts'
import { mutantsOf } from './mutants.ts'
import { attempt, rehearse } from './rehearse.ts'

let admin: postgres.Sql
beforeAll(async () => {
  admin = postgres((await ownDatabase('mutation')).admin, { max: 1, onnotice: () => {} })
})
afterAll(() => admin.end())

test('the matrix goes red for every policy, condition, grant and key that is taken away', async () => {
  const { tried, survivors } = await rehearse(admin, async (tx) => {
    const world = await prepare(tx)
    const mutants = await mutantsOf(tx)
    const unseen: string[] = []
    for (const { table, door, kind, what, statement } of mutants) {
      const { breaches } = await attempt(tx, async () => {
        await tx.unsafe(statement)
        return tryMatrix(tx, world, { tables: [table], doors: [door] })
      })
      if (breaches.length === 0) unseen.push(`${table} (${door}): ${kind}, ${what}`)
    }
    return { tried: mutants.length, survivors: unseen }
  })
  expect(survivors).toEqual([])
  expect(tried).toBeGreaterThan(500)
})
