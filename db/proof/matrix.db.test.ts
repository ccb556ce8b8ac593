import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownDatabase } from '#scripts/test/database.ts'
import { prepare, tryMatrix } from './matrix.ts'
import { conditionsOf, type Mutant, mutantsOf } from './mutants.ts'
import { attempt, rehearse } from './rehearse.ts'

let admin: postgres.Sql

beforeAll(async () => {
  admin = postgres((await ownDatabase('matrix')).admin, { max: 1, onnotice: () => {} })
})
afterAll(() => admin.end())

test('every door does with every table what is declared, and nothing else', async () => {
  const { cells, breaches } = await rehearse(admin, async (tx) => tryMatrix(tx, await prepare(tx)))
  expect(breaches).toEqual([])
  expect(cells).toBeGreaterThan(15_000)
}, 120_000)

/** What happens when the matrix is prepared after `plant`. */
const preparedAfter = (plant: string): Promise<unknown> =>
  rehearse(admin, async (tx) => {
    await tx.unsafe(plant)
    return prepare(tx)
  })

test('a table that nobody declared fails, and so does a declared one that is gone', async () => {
  await expect(preparedAfter('create table stray (id uuid primary key)')).rejects.toThrow(
    'No access is declared in db/proof/access.ts for: stray.',
  )
  await expect(preparedAfter('drop table term')).rejects.toThrow('declares tables that are gone: term.')
})

test('a table of which no row can be made fails, naming the column', async () => {
  await expect(preparedAfter('alter table place add middle point not null')).rejects.toThrow(
    'No row of "place": nothing is known for middle (point).',
  )
  await expect(preparedAfter('alter table place add constraint far check (lat > 80)')).rejects.toThrow(
    /No row of "place" could be written: .*"far"/s,
  )
})

test('a policy’s conditions are told apart as Postgres prints them', () => {
  expect(conditionsOf("((a = 1) AND ((b = ' AND ') OR (c AND d)) AND (e))")).toEqual([
    '(a = 1)',
    "((b = ' AND ') OR (c AND d))",
    '(e)',
  ])
  expect(conditionsOf('(a = 1)')).toEqual(['(a = 1)'])
  expect(conditionsOf('true')).toEqual(['true'])
})

test('the matrix sees one of each kind of stone that is taken out of the wall, at each door', async () => {
  const [tried, unseen] = await rehearse(admin, async (tx) => {
    const world = await prepare(tx)
    const sample = new Map<string, Mutant>()
    for (const mutant of await mutantsOf(tx)) {
      const sort = `${mutant.door}: ${mutant.kind} ${mutant.kind === 'force' || mutant.kind === 'row security' ? '' : mutant.what.split(':')[0]}`
      if (!sample.has(sort)) sample.set(sort, mutant)
    }
    const missed: Mutant[] = []
    for (const mutant of sample.values()) {
      const { breaches } = await attempt(tx, async () => {
        await tx.unsafe(mutant.statement)
        return tryMatrix(tx, world, { tables: [mutant.table], doors: [mutant.door] })
      })
      if (breaches.length === 0) missed.push(mutant)
    }
    return [[...sample.keys()], missed]
  })
  expect(unseen).toEqual([])
  expect(tried.length).toBeGreaterThan(60)
}, 120_000)

test('a trigger that is dropped is seen, and a column too many: who a row is from, and whose chart a visit has', async () => {
  const { charts, audits, histories } = await rehearse(admin, async (tx) => {
    const world = await prepare(tx)
    const after = (plant: string, table: string) =>
      attempt(tx, async () => {
        await tx.unsafe(plant)
        return tryMatrix(tx, world, { tables: [table], doors: ['guest'] })
      })
    return {
      charts: await after('grant update (patient_id) on appointment to medley_guest', 'appointment'),
      histories: await after('drop trigger appointment_history_stamp on appointment_history', 'appointment_history'),
      audits: await after('drop trigger audit_event_fill on audit_event', 'audit_event'),
    }
  })
  expect(charts.breaches.map(({ command }) => command)).toContain('update patient_id')
  expect(histories.breaches.map(({ context }) => context)).toContain('guest of the row')
  expect(audits.breaches.map(({ context }) => context)).toContain('guest of the row')
})
