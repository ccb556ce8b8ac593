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
  freeTimesIn,
  inWorld,
  momentsOf,
  momentsOfAll,
  named,
  now,
  type Tried,
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
    // Asked from the change on, when a visit's first gap lies before it: where midnight comes twice, in the day before.
    const always = alwaysOpen(moment)
    const service = { ...always.service, bufferBeforeMinutes: 45 }
    const after = { ...always, service, from: moment.around, to: new Date(moment.around.getTime() + 3 * 3_600_000) }
    const saidAfter = await answers(admin, listing, after)
    expect({ moment, times: saidAfter?.times }).toEqual({ moment, times: saidAfter?.expected })
  }
})

test.each(named)('any rules, any question: %s', async (zone) => {
  const any = fc.constantFrom(...momentsOf(zone)).chain(anyCase)
  await fc.assert(fc.asyncProperty(any, agree), { numRuns: 100 })
})

test('any rules, any question: every other zone in which clocks change', async () => {
  const any = fc.constantFrom(...momentsOfAll()).chain(anyCase)
  await fc.assert(fc.asyncProperty(any, agree), { numRuns: 300 })
})

test('a limit gives the first of all, however far away they are', async () => {
  const any = fc.constantFrom(...momentsOfAll()).chain(anyCase)
  const far = fc.record({ world: any, days: fc.integer({ min: 1, max: 200 }), limit: fc.integer({ min: 1, max: 40 }) })
  await fc.assert(
    fc.asyncProperty(far, async ({ world, days, limit }) => {
      // One weekday at most, so that the first times may lie weeks ahead.
      const rare = { ...world, rules: world.rules.slice(0, 2), to: new Date(world.from.getTime() + days * dayMs) }
      await inWorld(admin, listing, rare, async (tx) => {
        const all = await freeTimesIn(tx, listing, rare, null)
        expect(await freeTimesIn(tx, listing, rare, limit)).toEqual(all.slice(0, limit))
      })
    }),
    { numRuns: 100 },
  )
})

test('hints: when a listing is next free is its first time, and each day with a time in the next thirty is marked', async () => {
  const any = fc.constantFrom(...momentsOfAll()).chain(anyCase)
  await fc.assert(
    fc.asyncProperty(any, async (world) => {
      await inWorld(admin, listing, world, async (tx) => {
        await tx`select kernel.refresh_hints(array[${listing.listingId}]::uuid[])`
        const [row] = await tx<{ next: Date | null; first: Date | null; unmarked: number }[]>`
          select h.next_available_at as next, min(f.starts_at) as first, count(*) filter (where h.free_days & (1 << day.n) = 0)::int as unmarked
          from listing l join listing_hint h on h.listing_id = l.id
          left join kernel.free_times(array[l.id], null, now(), now() + interval '366 days') f on true
          left join lateral (select (f.starts_at at time zone l.time_zone)::date - h.hinted_on as n) day on day.n < 30
          where l.id = ${listing.listingId} group by h.listing_id`
        expect(row?.next).toEqual(row?.first)
        expect(row?.unmarked).toBe(0)
      })
    }),
    { numRuns: 25 },
  )
})

test('what is offered can be claimed, once; what is not offered cannot', async () => {
  const any = fc.constantFrom(...named.flatMap(momentsOf)).chain(anyCase)
  let offered = 0
  await fc.assert(
    fc.asyncProperty(any, async (world) => {
      const tried = await tryClaims(admin, listing, world, 6)
      const isRight = ({ offered: isOffered, first, second, leftOver }: Tried) =>
        isOffered ? first === 'ok' && second === 'taken' : ['taken', 'not_offered'].includes(first) && leftOver === 0
      const wrong = tried.filter((one) => !isRight(one))
      expect(wrong).toEqual([])
      offered += tried.filter((one) => one.offered).length
    }),
    { numRuns: 40 },
  )
  expect(offered).toBeGreaterThan(20)
})
