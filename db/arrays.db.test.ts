import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '#scripts/test/database.ts'
import { arrayTypes } from './arrays.ts'
import { connect } from './pool.ts'

let ours: postgres.Sql
let drivers: postgres.Sql
beforeAll(async () => {
  const { admin } = await testDatabase()
  ours = connect(admin, 1)
  drivers = postgres(admin, { max: 1, onnotice: () => {} })
})
afterAll(() => Promise.all([ours.end(), drivers.end()]))

test('every array in the schema, and every one that our functions take or give, is known', async () => {
  const rows = await drivers<{ type: string }[]>`
    with used(type) as (
      select a.atttypid from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace in ('public'::regnamespace, 'kernel'::regnamespace, 'ctx'::regnamespace) and c.relkind = 'r' and a.attnum > 0
      union select unnest(proargtypes::oid[] || coalesce(proallargtypes, '{}') || prorettype) from pg_proc
        where pronamespace in ('kernel'::regnamespace, 'ctx'::regnamespace))
    select distinct t.typname as type from used join pg_type t on t.oid = used.type
    where t.typcategory = 'A' and t.oid <> all (${arrayTypes}::oid[])`
  expect([...rows]).toEqual([])
})

const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', ''))
const nasty = fc.constantFrom('', 'NULL', 'null', '{', '}', ',', '"', '\\', '\\"', ' a ', '{}', 'a,b', 'é\n\t')

test('texts come back as they went, whatever is in them, and Postgres reads the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(fc.oneof(text, nasty)), { maxLength: 8 }), async (values) => {
      const [row] = await ours`select ${values}::text[] as back, to_json(${values}::text[]) as seen`
      expect(row).toEqual({ back: values, seen: values })
    }),
    { numRuns: 200 },
  )
})

test('each type reads as the driver itself would have read it', async () => {
  const asked = `select
    '{t,f}'::boolean[] as booleans, '{1,-2}'::smallint[] as smallints, '{1,-2}'::integer[] as integers, '{9007199254740993}'::bigint[] as bigints,
    '{1.5,NaN,Infinity}'::float8[] as floats, '{a,"b c"}'::varchar[] as varchars, '{ab,c}'::char(2)[] as chars, '{x}'::name[] as names, '{1}'::oid[] as oids,
    '{00000000-0000-7000-8000-000000000000}'::uuid[] as uuids, '{2030-01-02}'::date[] as dates, '{"2030-01-02 09:00+00"}'::timestamptz[] as instants,
    '{09:00}'::time[] as times, array['{"a":[1,"{"]}'::jsonb, 'null'::jsonb] as jsons, '{pg_class}'::regclass[] as classes, '{"[2030-01-02 09:00+00,2030-01-02 10:00+00)"}'::tstzrange[] as ranges,
    '{}'::text[] as none, '{{1,2},{3,4}}'::integer[] as nested, '[0:1]={a,b}'::text[] as shifted`
  const [[mine], [theirs]] = await Promise.all([ours.unsafe(asked), drivers.unsafe(asked)])
  expect({ ...mine, shifted: null }).toEqual({ ...theirs, shifted: null })
  expect(mine?.shifted).toEqual(['a', 'b'])
})

test('what is null stays null, which the driver itself reads as false, NaN or an invalid date', async () => {
  const [row] = await ours`
    select '{t,NULL}'::boolean[] as booleans, '{1,NULL}'::int[] as integers, '{"2030-01-02 09:00+00",NULL}'::timestamptz[] as instants`
  expect(row).toEqual({
    booleans: [true, null],
    integers: [1, null],
    instants: [new Date('2030-01-02T09:00:00Z'), null],
  })
})

test('each type goes in as it came out', async () => {
  const at = '2030-01-02T09:00:00.123Z'
  const nested = [
    [1, 2],
    [3, 4],
  ]
  // What the driver's types do not foresee and its values do.
  const integers = [1, null, 2] as number[]
  const jsons = [{ a: '"\\' }, { b: [1] }] as unknown as string[]
  const [row] = await ours`
    select ${integers}::int[] as integers, ${['1', '2']}::bigint[] as bigints, ${[0.5]}::float8[] as floats, ${[at]}::timestamptz[] as instants,
      ${jsons}::jsonb[] as jsons, ${'{a,b}'}::text[] as ready, ${nested}::int[] as nested, ${[]}::uuid[] as none`
  expect(row).toEqual({
    integers,
    bigints: ['1', '2'],
    floats: [0.5],
    instants: [new Date(at)],
    jsons,
    ready: ['a', 'b'],
    nested,
    none: [],
  })
})
