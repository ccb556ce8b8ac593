import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withoutForce } from '#db/force.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import { insertion, rowOf } from './factories.ts'
import { prepare } from './matrix.ts'
import { findOrphans } from './orphans.ts'
import { attempt, rehearse } from './rehearse.ts'

let admin: postgres.Sql
let owner: postgres.Sql

beforeAll(async () => {
  const urls = await ownDatabase('orphans')
  admin = postgres(urls.admin, { max: 1, onnotice: () => {} })
  owner = postgres(urls.owner, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await admin.end()
  await owner.end()
})

test('every key holds, and an orphan planted under each one is found', async () => {
  const { clean, missed, tried } = await rehearse(admin, async (tx) => {
    const world = await prepare(tx)
    const unseen: string[] = []
    let count = 0
    for (const table of world.tables.values()) {
      for (const reference of table.references) {
        const broken = reference.columns.at(-1) ?? ''
        const row = { ...rowOf(world, table, { side: 'a', set: 'twin' }, 'orphan'), [broken]: 'gen_random_uuid()' }
        const found = await attempt(tx, async () => {
          await tx`set local session_replication_role = replica`
          await tx.unsafe(insertion(table, row))
          return findOrphans(tx)
        })
        if (!found.some(({ constraint, count: n }) => constraint === reference.name && n === 1))
          unseen.push(reference.name)
        count += 1
      }
    }
    return { clean: await findOrphans(tx), missed: unseen, tried: count }
  })
  expect(clean).toEqual([])
  expect(missed).toEqual([])
  expect(tried).toBeGreaterThan(25)
})

test('a login from which rows are hidden is refused instead of finding nothing', async () => {
  await expect(findOrphans(owner)).rejects.toThrow('Row security hides rows')
  expect(await rehearse(owner, (tx) => withoutForce(tx, () => findOrphans(tx)))).toEqual([])
})
