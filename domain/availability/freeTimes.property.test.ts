import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aListing, type ListingFixture } from '#db/testing/fixtures.ts'
import { newId } from '#lib/ids.ts'
import { offsetMinutes } from '#lib/time.ts'
import { testDatabase } from '#scripts/test/database.ts'
import {
  alwaysOpen,
  answers,
  anyCase,
  type Case,
  differing,
  momentsOf,
  momentsOfAll,
  named,
  now,
  tryClaims,
  zones,
} from '#scripts/test/worlds.ts'
import { changesOf } from './oracle.ts'

const dayMs = 86_400_000

let admin: postgres.Sql
let listing: ListingFixture
beforeAll(async () => {
  admin = postgres((await testDatabase()).admin, { max: 2, onnotice: () => {} })
  listing = await aListing({ resources: [newId(), newId()] })
})
afterAll(() => admin.end())

async function agree(world: Case): Promise<void> {
  const said = await answers(admin, listing, world)
  fc.pre(said !== undefined)
  expect(said?.times).toEqual(said?.expected)
  expect(said?.firstThree).toEqual(said?.expected.slice(0, 3))
}

test('time zone data: Postgres and this runtime agree for the coming year, but for the zones left out by name', async () => {
  const known = new Set((await admin<{ name: string }[]>`select name from pg_timezone_names`).map(({ name }) => name))
  expect(zones.filter((zone) => !known.has(zone))).toEqual([])
  const asked = [...zones, ...differing].flatMap((zone) => {
    const changes = changesOf(zone, now, 400).flatMap((at) => [at, new Date(at.getTime() - 1000)])
    const days = Array.from({ length: 80 }, (_, i) => new Date(now.getTime() + i * 5 * dayMs))
    return [...changes, ...days].map((at) => ({ zone, at }))
  })
  const rows = await admin<{ minutes: number }[]>`
    select extract(epoch from (at at time zone zone) at time zone 'UTC' - at)::int / 60 as minutes
    from unnest(${asked.map(({ zone }) => zone)}::text[], ${asked.map(({ at }) => at.toISOString())}::timestamptz[]) as asked(zone, at)`
  const differ = asked.filter(({ zone, at }, i) => rows[i]?.minutes !== offsetMinutes(at, zone)).map(({ zone }) => zone)
  expect([...new Set(differ)].toSorted()).toEqual(differing)
})

test('open day and night: every zone in which clocks change, on each of its change days', async () => {
  for (const moment of momentsOfAll()) {
    const said = await answers(admin, listing, alwaysOpen(moment))
    expect({ moment, times: said?.times }).toEqual({ moment, times: said?.expected })
    expect(said?.times.length).toBeGreaterThan(100)
  }
})

test.each(named)('any rules, any question: %s', async (zone) => {
  const any = fc.constantFrom(...momentsOf(zone)).chain(anyCase)
  await fc.assert(fc.asyncProperty(any, agree), { numRuns: 60 })
})

test('any rules, any question: every other zone in which clocks change', async () => {
  const any = fc.constantFrom(...momentsOfAll()).chain(anyCase)
  await fc.assert(fc.asyncProperty(any, agree), { numRuns: 200 })
})

test('what is offered can be claimed, once; what is not offered cannot', async () => {
  const any = fc.constantFrom(...named.flatMap(momentsOf)).chain(anyCase)
  let offered = 0
  await fc.assert(
    fc.asyncProperty(any, async (world) => {
      const tried = await tryClaims(admin, listing, world, 6)
      const wrong = tried.filter((one) =>
        one.offered ? one.first !== 'ok' || one.second !== 'taken' : !['taken', 'closed'].includes(one.first),
      )
      expect(wrong).toEqual([])
      offered += tried.filter((one) => one.offered).length
    }),
    { numRuns: 30 },
  )
  expect(offered).toBeGreaterThan(20)
})
