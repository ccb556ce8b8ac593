import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, expect, test } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { testDatabase } from '#scripts/test/database.ts'
import { audit } from './audit.ts'
import { withStaff } from './doors.ts'
import { closePools } from './pool.ts'
import { aTenant, type TenantFixture } from './testing/fixtures.ts'

afterAll(closePools)

test('while connections are cut at random for twenty seconds, every transaction is whole, its tenant’s, or 503', async () => {
  const { admin: url } = await testDatabase()
  const admin = postgres(url, { max: 1, onnotice: () => {} })
  const tenants = await Promise.all([aTenant(), aTenant(), aTenant()])
  const [here] = await admin<{ name: string }[]>`select current_database() as name`
  const until = Date.now() + 20_000
  const committed: string[] = []
  const refused: unknown[] = []
  const cutting = (async () => {
    while (Date.now() < until) {
      await admin`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = ${here?.name ?? ''} and usename = 'medley_web' order by random() limit 2`
      await sleep(25)
    }
  })()
  const visitor = async ({ staff, tenantId }: TenantFixture): Promise<void> => {
    while (Date.now() < until) {
      const id = newId()
      try {
        await withStaff(staff.owner, async (tx) => {
          audit(tx, 'test.first', 'test', id)
          await sleep(Math.random() * 5)
          await tx.sql`select ${[id, id]}::uuid[]`
          audit(tx, 'test.second', 'test', id)
        })
        committed.push(`${id} ${tenantId}`)
      } catch (error) {
        if (!(error instanceof AppError && error.code === 'unavailable')) refused.push(error)
      }
    }
  }
  await Promise.all([cutting, ...tenants.flatMap((tenant) => Array.from({ length: 10 }, () => visitor(tenant)))])
  expect(refused).toEqual([])
  const rows = await admin<{ id: string; tenants: string[]; actions: string[] }[]>`
    select entity_id as id, array_agg(distinct tenant_id::text) as tenants, array_agg(action order by action) as actions
    from audit_event where tenant_id = any (${tenants.map(({ tenantId }) => tenantId)}::uuid[]) and entity = 'test' group by entity_id`
  const whole = new Set(rows.map(({ id, tenants }) => `${id} ${tenants.join()}`))
  expect(rows.filter(({ actions }) => actions.join() !== 'test.first,test.second')).toEqual([])
  expect(committed.filter((one) => !whole.has(one))).toEqual([])
  expect(committed.length).toBeGreaterThan(100)
  for (const { staff } of tenants) {
    for (let n = 0; n < 10; n += 1) await withStaff(staff.owner, (tx) => tx.sql`select 1`)
  }
  await admin.end()
})
