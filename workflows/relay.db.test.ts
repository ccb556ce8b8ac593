import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withRelay } from '#db/doors.ts'
import { aListing, type ListingFixture } from '#db/testing/fixtures.ts'
import { changeEnv } from '#lib/env.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import { lease } from './outbox.ts'
import { Relay } from './relay.ts'

let admin: postgres.Sql
let clinic: ListingFixture

beforeAll(async () => {
  const { web, jobs, owner, admin: adminUrl } = await ownDatabase('relay')
  changeEnv({ DATABASE_URL: web, DATABASE_WORKER_URL: jobs, DATABASE_OWNER_URL: owner })
  admin = postgres(adminUrl, { max: 1, onnotice: () => {} })
  clinic = await aListing()
})
afterAll(() => admin.end())

test('a relay that becomes active does at once what the one before it had leased', async () => {
  await admin`delete from outbox`
  const { tenantId, listingId } = clinic
  const [row] = await admin`
    insert into outbox (tenant_id, topic, aggregate_id) values (${tenantId}, 'listing.changed', ${listingId}) returning id`
  await withRelay((tx) => lease(tx, 50, false))
  // So that a loaded machine does not outwait the lease.
  await admin`update outbox set leased_until = now() + interval '1 hour' where id = ${row?.id}`
  const relay = new Relay(undefined)
  relay.start()
  const isDone = async () => (await admin`select done_at from outbox where id = ${row?.id}`)[0]?.done_at != null
  await expect.poll(isDone, { timeout: 15_000 }).toBe(true)
  await relay.stop()
})
