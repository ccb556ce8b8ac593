import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#lib/ids.ts'
import { ownDatabase } from '#scripts/test/database.ts'

let admin: postgres.Sql
beforeAll(async () => {
  admin = postgres((await ownDatabase('sweep')).admin, { max: 1, onnotice: () => {} })
})
afterAll(() => admin.end())

test('the sweep removes tallies at their end, keys after 72 hours and holds a day after they ran out, and nothing earlier', async () => {
  const [lately, longAgo] = [newId(), newId()]
  await admin.begin(async (tx) => {
    // Without foreign keys: only the ages count here.
    await tx`set local session_replication_role = replica`
    await tx`
      insert into tally (key, used, until)
      values ('over', 1, now() - interval '1 second'), ('counts', 1, now() + interval '10 minutes')`
    await tx`
      insert into idempotency (scope, route, key_hash, body_hash, created_at)
      select 's', 'hold', 'key ' || hours, 'b', now() - make_interval(hours => hours) from unnest('{1, 71, 73}'::integer[]) as hours`
    const offer = tx.json({ durationMinutes: 30, bufferBeforeMinutes: 0, bufferAfterMinutes: 0, cancelUntilMinutes: 0 })
    await tx`
      insert into hold (tenant_id, id, listing_id, service_id, offer, starts_at, ends_at, expires_at, extendable_until, address_hash)
      select ${newId()}, h.id, ${newId()}, ${newId()}, ${offer}, now(), now() + interval '30 minutes', h.expired, now(), 'a'
      from (values (${lately}::uuid, now() - interval '23 hours'), (${longAgo}, now() - interval '25 hours')) as h(id, expired)`
  })
  expect((await admin`select keys, has_more from kernel.sweep()`)[0]).toEqual({ keys: 1, has_more: false })
  expect([...(await admin`select key from tally`)]).toEqual([{ key: 'counts' }])
  expect([...(await admin`select key_hash from idempotency order by 1`)]).toEqual([
    { key_hash: 'key 1' },
    { key_hash: 'key 71' },
  ])
  expect([...(await admin`select id from hold`)]).toEqual([{ id: lately }])
})
