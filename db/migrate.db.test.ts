import { createHash } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#lib/ids.ts'
import type { Urls } from '#scripts/test/cluster.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import { withoutForce } from './force.ts'
import { type Migration, migrate, readMigrations } from './migrate.ts'
import { rehearse } from './proof/rehearse.ts'

let urls: Urls
let admin: postgres.Sql
let owner: postgres.Sql
/** What has run in this database so far. */
let ran: Migration[]

beforeAll(async () => {
  urls = await ownDatabase('migrate')
  admin = postgres(urls.admin, { max: 1, onnotice: () => {} })
  owner = postgres(urls.owner, { max: 1, onnotice: () => {} })
  ran = await readMigrations()
})
afterAll(() => Promise.all([admin.end(), owner.end()]))

let count = 0
const named = (text: string): Migration => {
  count += 1
  const name = `9${String(count).padStart(3, '0')}_test.sql`
  return { name, text, sha256: createHash('sha256').update(text).digest('hex') }
}

/** Runs one more migration; when it went well it belongs to what ran. */
async function runs(text: string): Promise<string[]> {
  const file = named(text)
  const applied = await migrate(urls.owner, [...ran, file])
  ran = [...ran, file]
  return applied
}

const ledger = async () =>
  (await admin<{ name: string }[]>`select name from migration.ledger order by name`).map((row) => row.name)
const exists = async (table: string) => (await admin`select to_regclass(${table}) is not null as is`)[0]?.is

test('what ran is in the ledger, and runs once', async () => {
  expect(await ledger()).toEqual(ran.map(({ name }) => name))
  expect(await migrate(urls.owner, ran)).toEqual([])
  expect(await runs('create table once_only (id uuid)')).toEqual([ran.at(-1)?.name])
  expect(await migrate(urls.owner, ran)).toEqual([])
})

test('a file that was changed after it ran is refused, and nothing runs', async () => {
  const [first, ...rest] = ran
  const changed = { ...(first as Migration), sha256: 'another' }
  const next = named('create table never (id uuid)')
  await expect(migrate(urls.owner, [changed, ...rest, next])).rejects.toThrow(
    `Migration ${first?.name} was changed after it ran`,
  )
  expect(await exists('never')).toBe(false)
})

test('a ledger that knows more than this version is refused: an old server must not run on a newer schema', async () => {
  await expect(migrate(urls.owner, ran.slice(0, -1))).rejects.toThrow(
    `Migration ${ran.at(-1)?.name} ran here but is not in this version`,
  )
})

test('a file that fails leaves nothing, and runs whole once it is mended', async () => {
  const before = await ledger()
  await expect(runs('create table half (id uuid); select 1 / 0; create table other_half (id uuid)')).rejects.toThrow(
    'division by zero',
  )
  expect([await exists('half'), await exists('other_half'), await ledger()]).toEqual([false, false, before])
  await runs('create table half (id uuid); create table other_half (id uuid)')
  expect([await exists('half'), await exists('other_half')]).toEqual([true, true])
})

test('of several, those before the one that fails stay and those after it do not run', async () => {
  const [good, bad, after] = [
    named('create table good (id uuid)'),
    named('oops'),
    named('create table after_bad (id uuid)'),
  ]
  await expect(migrate(urls.owner, [...ran, good, bad, after])).rejects.toThrow('syntax error')
  ran = [...ran, good]
  expect([await exists('good'), await exists('after_bad')]).toEqual([true, false])
})

test('two that start at once run each file once', async () => {
  const file = named('select pg_sleep(0.2); create table at_once (id uuid)')
  const applied = await Promise.all([migrate(urls.owner, [...ran, file]), migrate(urls.owner, [...ran, file])])
  ran = [...ran, file]
  expect(applied.flat()).toEqual([file.name])
})

test.each([
  'insert into place values ()',
  'update place set lat = 1',
  'UPDATE "place" SET "lat" = 1',
  'update only place set lat = 1',
  'delete from place',
  'merge into place using term on false when matched then delete',
  'truncate place',
  'copy "place" from stdin',
  'alter table place add constraint p check (lat < 90)',
  'alter table "patient" add foreign key ("person_id") references "person" ("id")',
  'alter table place validate constraint p',
  'do $$ begin update place set lat = 1; end $$',
  'do $body$ begin delete from place; end $body$',
  'create table x (id int);\n-- rows: said too late\nupdate place set lat = 1',
])('touching rows or keys without saying so is refused: %s', async (text) => {
  await expect(runs(text)).rejects.toThrow('touches rows or keys: begin it with "-- rows: <why>".')
})

test('what touches no row needs no mark', async () => {
  const texts = [
    'create policy relay_update on place for update to medley_relay using (false) with check (false)',
    'create function never_run() returns void language sql as $$ delete from place $$',
    'create function never_run_either() returns trigger language plpgsql as $body$ begin update place set lat = 1; return null; end $body$',
    'create trigger t before insert or update of lat on place for each row execute function never_run_either()',
    'grant select, update on place to medley_relay; revoke update on place from medley_relay; drop trigger t on place',
    '-- update place set lat = 1\nselect 1',
    'create table marked (id uuid primary key, other uuid references marked (id) on update no action on delete cascade)',
  ]
  for (const text of texts) expect(await runs(text), text).toHaveLength(1)
})

/** A tenant, as the tables' owner can only make it outside FORCE. */
async function aTenant(): Promise<string> {
  const id = newId()
  await owner.begin((tx) => withoutForce(tx, () => tx`insert into tenant (id, slug) values (${id}, ${id})`))
  return id
}

test('under FORCE the owner’s UPDATE touches no row and says nothing, which is why the mark is asked for', async () => {
  const id = await aTenant()
  const rename = (tx: postgres.TransactionSql) => tx`update tenant set slug = slug || '-renamed' where id = ${id}`
  const [bare, inside] = await rehearse(owner, async (tx) => [
    (await rename(tx)).count,
    (await withoutForce(tx, () => rename(tx))).count,
  ])
  expect([bare, inside]).toEqual([0, 1])
})

test('under FORCE a key validates over rows that break it; outside it does not', async () => {
  const id = await aTenant()
  await owner.begin((tx) =>
    withoutForce(tx, async () => {
      await tx`
        insert into organization (tenant_id, name, kind, phone, notice, notice_version)
        values (${id}, 'Broken', 'urgent-care', '555-0100', '', '1')`
      await tx`alter table organization add constraint sound check (name <> 'Broken') not valid`
    }),
  )
  const key =
    'alter table organization add constraint named foreign key (tenant_id, name) references practitioner_role (tenant_id, slug) not valid'
  const valid = 'alter table organization validate constraint named'
  await rehearse(owner, async (tx) => {
    await tx.unsafe('alter table practitioner_role add unique (tenant_id, slug)')
    await tx.unsafe(key)
    await tx.unsafe(valid)
    const [row] = await tx`select convalidated as is from pg_constraint where conname = 'named'`
    expect(row?.is).toBe(true)
  })
  const outside = rehearse(owner, (tx) =>
    withoutForce(tx, async () => {
      await tx.unsafe('alter table practitioner_role add unique (tenant_id, slug)')
      await tx.unsafe(key)
      await tx.unsafe(valid)
    }),
  )
  await expect(outside).rejects.toMatchObject({ code: '23503' })
  await owner`alter table organization drop constraint sound`
})

test('a marked migration reaches every row, and FORCE is back after it, also when it fails', async () => {
  const ids = [await aTenant(), await aTenant()]
  const unforced = async () =>
    (
      await admin<{ relname: string }[]>`
      select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relrowsecurity and not relforcerowsecurity`
    ).length
  const slugs = async () =>
    (await admin<{ slug: string }[]>`select slug from tenant where id = any (${ids}::uuid[]) order by slug`).map(
      ({ slug }) => slug,
    )
  await expect(
    runs("-- rows: renames tenants\nupdate tenant set slug = slug || '-lost'; select 1 / 0"),
  ).rejects.toThrow('division')
  expect([await slugs(), await unforced()]).toEqual([[...ids].sort(), 0])
  await runs("-- rows: renames tenants\nupdate tenant set slug = slug || '-new'")
  expect([await slugs(), await unforced()]).toEqual([[...ids].sort().map((id) => `${id}-new`), 0])
})

test('a table made in a marked migration is put in force with the others', async () => {
  await runs(
    '-- rows: none yet\ncreate table fresh (tenant_id uuid not null, id uuid, primary key (tenant_id, id)); alter table fresh enable row level security',
  )
  const [row] = await admin`select relforcerowsecurity as is from pg_class where relname = 'fresh'`
  expect(row?.is).toBe(true)
})

test('grants follow the policies: what no policy speaks of is taken away, what one speaks of is given', async () => {
  const held = async () =>
    (
      await admin<{ grant: string }[]>`
      select r.rolname || ' ' || a.privilege_type as grant from pg_class c cross join aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
      where c.oid = 'public.followed'::regclass and a.grantee <> c.relowner order by 1`
    ).map((row) => row.grant)
  await runs(`create table followed (id uuid primary key); alter table followed enable row level security;
    grant all on followed to medley_staff, medley_guest;
    create policy auth_select on followed for select to medley_auth using (true);
    create policy auth_insert on followed for insert to medley_auth with check (true)`)
  expect(await held()).toEqual(['medley_auth INSERT', 'medley_auth SELECT'])
  await runs(
    'drop policy auth_insert on followed; create policy relay_delete on followed for delete to medley_relay using (true)',
  )
  expect(await held()).toEqual(['medley_auth SELECT', 'medley_relay DELETE'])
})

test('a migration waits three seconds for a lock, then gives up and leaves nothing', async () => {
  const held = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  const holder = admin.begin(async (tx) => {
    await tx`lock table tenant in access share mode`
    held.resolve()
    await go.promise
  })
  await held.promise
  const started = performance.now()
  await expect(runs('create table behind (id uuid); alter table tenant add column extra text')).rejects.toMatchObject({
    code: '55P03',
  })
  expect(performance.now() - started).toBeGreaterThan(2_500)
  go.resolve()
  await holder
  expect(await exists('behind')).toBe(false)
})
