import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '#scripts/test/database.ts'
import { alone, anyHistory, faults, Mornings, together } from '#scripts/test/histories.ts'

let admin: postgres.Sql
let mornings: Mornings
beforeAll(async () => {
  admin = postgres((await testDatabase()).admin, { max: 4, onnotice: () => {} })
  mornings = new Mornings(admin)
})
afterAll(() => admin.end())

test('20,000 steps, one after the other: every step ends as the model says', async () => {
  let count = 0
  const history = fc.asyncProperty(anyHistory(100), async (steps) => {
    const { town, play } = await mornings.next()
    expect(await alone(town, play, steps)).toEqual([])
    expect(await faults(admin, town, play)).toEqual([])
    count += steps.length
  })
  await fc.assert(history, { numRuns: 600 })
  expect(count).toBeGreaterThan(20_000)
}, 1_800_000)

test('100,000 steps, all at once: no overlap, no deadlock shown, nothing lost', async () => {
  const promised = ['won', 'slot_taken', 'hold_expired', 'not_allowed_now', 'conflict']
  let count = 0
  const history = fc.asyncProperty(anyHistory(250), async (steps) => {
    const { town, play } = await mornings.next()
    const ends = await together(play, steps)
    expect(ends.filter((end) => !promised.includes(end))).toEqual([])
    expect(await faults(admin, town, play)).toEqual([])
    count += steps.length
  })
  await fc.assert(history, { numRuns: 1_100 })
  expect(count).toBeGreaterThan(100_000)
}, 1_800_000)
