import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aListing, type ListingFixture } from '#db/testing/fixtures.ts'
import { newId } from '#lib/ids.ts'
import { testDatabase } from '#scripts/test/database.ts'
import { answers, anyCase, momentsOfAll } from '#scripts/test/worlds.ts'

let admin: postgres.Sql
let listing: ListingFixture
beforeAll(async () => {
  admin = postgres((await testDatabase()).admin, { max: 2, onnotice: () => {} })
  listing = await aListing({ resources: [newId(), newId()] })
})
afterAll(() => admin.end())

test('20,000 listings and questions: free_times says what the oracle says', async () => {
  const any = fc.constantFrom(...momentsOfAll()).chain(anyCase)
  await fc.assert(
    fc.asyncProperty(any, async (world) => {
      const said = await answers(admin, listing, world)
      fc.pre(said !== undefined)
      expect(said?.times).toEqual(said?.expected)
      expect(said?.firstThree).toEqual(said?.expected.slice(0, 3))
    }),
    { numRuns: 20_000 },
  )
})
