import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeEnv } from '#lib/env.ts'
import { testDatabase } from '#scripts/test/database.ts'
import { alone, anyHistory, faults, Mornings, together } from '#scripts/test/histories.ts'

let admin: postgres.Sql
let mornings: Mornings
beforeAll(async () => {
  // A history may move one visit all day long; how often a guest may is limits.db.test.ts's question.
  changeEnv({ RATE_LIMIT_MESSAGES_PER_VISIT: '1000000' })
  admin = postgres((await testDatabase()).admin, { max: 4, onnotice: () => {} })
  mornings = new Mornings(admin)
})
afterAll(() => admin.end())

test('one after the other: every step ends as the model says', async () => {
  const history = fc.asyncProperty(anyHistory(40), async (steps) => {
    const { town, play } = await mornings.next()
    expect(await alone(town, play, steps)).toEqual([])
    expect(await faults(admin, town, play)).toEqual([])
  })
  await fc.assert(history, { numRuns: 25, interruptAfterTimeLimit: 45_000 })
}, 60_000)

test('all at once: refusals only of the kinds that the verbs promise, and the tables agree afterwards', async () => {
  const promised = ['won', 'slot_taken', 'hold_expired', 'not_allowed_now', 'conflict']
  const all: string[] = []
  const history = fc.asyncProperty(anyHistory(80), async (steps) => {
    const { town, play } = await mornings.next()
    const ends = await together(play, steps)
    all.push(...ends)
    expect(ends.filter((end) => !promised.includes(end))).toEqual([])
    expect(await faults(admin, town, play)).toEqual([])
  })
  await fc.assert(history, { numRuns: 25, interruptAfterTimeLimit: 45_000 })
  const counts = (end: string) => all.filter((one) => one === end).length
  expect(counts('won')).toBeGreaterThan(200)
  expect(counts('slot_taken')).toBeGreaterThan(50)
  expect(counts('hold_expired')).toBeGreaterThan(10)
}, 60_000)
