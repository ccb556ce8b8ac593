import { createHash } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownDatabase } from '#scripts/test/database.ts'
import { applyFunctions, readFunctions, type SqlFunction } from './functions.ts'

let admin: postgres.Sql
let owner: postgres.Sql
let shipped: SqlFunction[]

beforeAll(async () => {
  const urls = await ownDatabase('functions')
  admin = postgres(urls.admin, { max: 1, onnotice: () => {} })
  owner = postgres(urls.owner, { max: 1, onnotice: () => {} })
  shipped = await readFunctions()
})
afterAll(() => Promise.all([admin.end(), owner.end()]))

const written = (name: string, text: string): SqlFunction => ({
  name,
  text,
  sha256: createHash('sha256').update(text).digest('hex'),
})
const apply = (...more: SqlFunction[]) => applyFunctions(owner, [...shipped, ...more])
const ask = async (sql: string) => (await admin.unsafe(sql))[0]?.answer
const signatures = async (name: string) =>
  (await admin`select p.oid::regprocedure::text as s from pg_proc p where p.proname = ${name} order by 1`).map(
    (r) => r.s,
  )

test('a migrated database holds every function of the files and no other, and applying them again changes nothing', async () => {
  const held = await admin<{ name: string }[]>`
    select distinct n.nspname || '.' || p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('public', 'ctx', 'kernel', 'auth', 'audit') and not exists (
      select from pg_depend d where d.objid = p.oid and d.deptype = 'e') order by 1`
  expect(held.map(({ name }) => name).sort()).toEqual(shipped.map(({ name }) => name).sort())
  expect(await apply()).toEqual([])
})

test('a changed text is replaced, an overload that it no longer has is dropped, and a removed file drops its function', async () => {
  expect(
    await apply(
      written('kernel.echo', 'create function kernel.echo(a integer) returns integer language sql as $$ select 1 $$;'),
    ),
  ).toEqual(['kernel.echo'])
  const other = written(
    'kernel.echo',
    'create or replace function kernel.echo(a text) returns integer language sql as $$ select 2 $$;',
  )
  expect(await apply(other)).toEqual(['kernel.echo'])
  expect(await signatures('echo')).toEqual(['kernel.echo(text)'])
  const wider = written(
    'kernel.echo',
    'create or replace function kernel.echo(b text) returns bigint language sql as $$ select 3::bigint $$;',
  )
  expect(await apply(wider)).toEqual(['kernel.echo'])
  const granted = (parameters: string) =>
    written(
      'kernel.echo',
      `create or replace function kernel.echo(${parameters}) returns bigint language sql as $$ select 3::bigint $$;
       revoke all on function kernel.echo from public;`,
    )
  expect(await apply(granted('b text, c text'))).toEqual(['kernel.echo'])
  expect(await apply(granted('b text'))).toEqual(['kernel.echo'])
  expect(await signatures('echo')).toEqual(['kernel.echo(text)'])
  expect(await ask(`select kernel.echo('') as answer`)).toBe('3')
  expect(await apply()).toEqual(['kernel.echo'])
  expect(await signatures('echo')).toEqual([])
})

test('a function belongs to the owner of its schema', async () => {
  expect(
    await ask(`select proowner::regrole::text as answer from pg_proc where oid = 'kernel.free_times'::regproc`),
  ).toBe('medley_kernel')
  expect(await ask(`select proowner::regrole::text as answer from pg_proc where oid = 'ctx.claims'::regproc`)).toBe(
    'medley_ctx',
  )
})

test('a function or a grant that was changed by hand is put right', async () => {
  await admin`create or replace function ctx.scope() returns text language sql stable as $$ select 'staff' $$`
  await admin`grant execute on function kernel.block to public, medley_guest`
  expect((await apply()).sort()).toEqual(['ctx.scope', 'kernel.block'])
  expect(await ask(`select has_function_privilege('medley_guest', 'kernel.block'::regproc, 'execute') as answer`)).toBe(
    false,
  )
  expect(await apply()).toEqual([])
})

test('a text that fails leaves every function as it was', async () => {
  const good = written(
    'kernel.a_good_one',
    'create function kernel.a_good_one() returns integer language sql as $$ select 1 $$;',
  )
  const bad = written(
    'kernel.bad_one',
    'create function kernel.bad_one() returns integer language sql as $$ select nothing from nowhere $$;',
  )
  await expect(apply(good, bad)).rejects.toThrow('nowhere')
  expect(await signatures('a_good_one')).toEqual([])
  expect(await apply()).toEqual([])
})
