import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RelayTx, withRelay } from '#db/doors.ts'
import { closePools } from '#db/pool.ts'
import { changeEnv } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import { lease } from './outbox.ts'

let admin: postgres.Sql

beforeAll(async () => {
  const { jobs, admin: adminUrl } = await ownDatabase('lease')
  changeEnv({ DATABASE_WORKER_URL: jobs })
  admin = postgres(adminUrl, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await admin.end()
  await closePools()
})

/** The plan of a lease, as it ran, line by line. */
const planOfLease = (): Promise<string> =>
  withRelay(async (tx) => {
    const explained = (strings: TemplateStringsArray, ...values: never[]) => {
      const [first = '', ...rest] = strings
      // The parts that the statement is put together from are left as they are.
      if (!first.includes('with recursive')) return tx.sql(strings, ...values)
      const parts = [`explain (analyze, costs off, timing off, summary off) ${first}`, ...rest]
      return tx.sql(Object.assign(parts, { raw: parts }), ...values)
    }
    const rows: object[] = await lease({ ...tx, sql: explained } as unknown as RelayTx, 50, true)
    return rows.flatMap((row) => Object.values(row)).join('\n')
  })

test('20,000 news of one visit since the last statistics: each is looked up in the index of aggregates, none compared with the others', async () => {
  await admin`alter table outbox set (autovacuum_enabled = false)`
  const [tenant, visit] = [newId(), newId()]
  await admin`
    insert into outbox (tenant_id, topic, aggregate_id)
    select gen_random_uuid(), 'booking.booked', gen_random_uuid() from generate_series(1, 20)`
  await admin`analyze outbox`
  await admin`
    insert into outbox (tenant_id, topic, aggregate_id)
    select ${tenant}, 'booking.moved', ${visit} from generate_series(1, 20000)`
  const plan = await planOfLease()
  expect(plan).not.toMatch(/Anti Join/)
  expect(plan).toMatch(/using outbox_aggregate on outbox e .*rows=1(\.00)? loops=200\d\d/)
})
