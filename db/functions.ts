import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type postgres from 'postgres'

const folder = new URL('./functions/', import.meta.url)
/**
 * SQLSTATE of `create or replace` with another result type or other parameter names, and of a grant that names a function
 * without its arguments while the one with the arguments of before is still there.
 */
const anotherShape = new Set(['42P13', '42725'])

/** The text of one SQL function, its overloads and its grants. `name` has the schema: `kernel.free_times`. */
export type SqlFunction = { name: string; text: string; sha256: string }

/** The functions of this version, by name. */
export async function readFunctions(from: URL = folder): Promise<SqlFunction[]> {
  const files = (await readdir(from)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(new URL(file, from), 'utf8')
      return { name: file.replace(/\.sql$/, ''), text, sha256: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

/**
 * Creates the functions that the database lacks, their bodies unchecked: policies, triggers and indexes of a migration name
 * them before the tables in their bodies exist. Functions of a schema that does not exist yet are left for later.
 */
export async function createMissingFunctions(owner: postgres.Sql, functions: SqlFunction[]): Promise<void> {
  const missing = await owner<{ name: string }[]>`
    select wanted.name from unnest(${functions.map(({ name }) => name)}::text[]) as wanted(name)
    where to_regnamespace(split_part(wanted.name, '.', 1)) is not null and not exists (
      select from pg_proc p where p.pronamespace = to_regnamespace(split_part(wanted.name, '.', 1))
        and p.proname = split_part(wanted.name, '.', 2))`
  if (missing.length === 0) return
  await owner.begin(async (tx) => {
    await tx`set local check_function_bodies = off`
    for (const { name } of missing) {
      const found = functions.find((candidate) => candidate.name === name)
      if (found) await asSchemaOwner(tx, name, () => tx.unsafe(found.text).simple())
    }
  })
}

/**
 * Brings the functions to this version in one transaction, after the migrations: replaces those whose text changed or whose
 * definition in the database is not what their text made, drops overloads that the text no longer has and functions without
 * a file. Returns the names it changed.
 */
export async function applyFunctions(owner: postgres.Sql, functions: SqlFunction[]): Promise<string[]> {
  await owner`
    create table if not exists migration.function (name text primary key, sha256 text not null, definition text not null)`
  return owner.begin(async (tx) => {
    const known = await tx<{ name: string; sha256: string; isUntouched: boolean }[]>`
      select f.name, f.sha256, f.definition is not distinct from (${definitionOf(tx, tx`f.name`)}) as "isUntouched"
      from migration.function f`
    const changed = functions.filter(
      ({ name, sha256 }) => !known.some((row) => row.name === name && row.sha256 === sha256 && row.isUntouched),
    )
    const removed = known.filter(({ name }) => !functions.some((found) => found.name === name))
    for (const { name } of removed) await asSchemaOwner(tx, name, async () => drop(tx, await overloadsOf(tx, name)))
    // One may be written for what another is to become: bodies are checked when all are there.
    await tx`set local check_function_bodies = off`
    for (const found of changed) await asSchemaOwner(tx, found.name, () => replace(tx, found))
    await tx`set local check_function_bodies = on`
    for (const { name } of changed) await asSchemaOwner(tx, name, () => checkBodies(tx, name))
    await tx`delete from migration.function where name = any (${removed.map(({ name }) => name)}::text[])`
    for (const { name, sha256 } of changed) {
      await tx`
        insert into migration.function (name, sha256, definition)
        values (${name}, ${sha256}, (${definitionOf(tx, tx`${name}`)}))
        on conflict (name) do update set sha256 = excluded.sha256, definition = excluded.definition`
    }
    return [...changed, ...removed].map(({ name }) => name)
  })
}

/** What the database holds under a name, grants included, as one hash. */
const definitionOf = (tx: postgres.TransactionSql, name: postgres.PendingQuery<postgres.Row[]>) => tx`
  select coalesce(md5(string_agg(pg_get_functiondef(p.oid) || coalesce(p.proacl::text, ''), '' order by p.oid::regprocedure::text)), '')
  from pg_proc p
  where p.pronamespace = to_regnamespace(split_part(${name}, '.', 1)) and p.proname = split_part(${name}, '.', 2)`

/** `version` changes when the row is written; `grantees`: the roles that hold a grant, as SQL. */
type Overload = { oid: string; signature: string; version: string; grantees: string | null }

const overloadsOf = (tx: postgres.TransactionSql, name: string): Promise<Overload[]> => tx<Overload[]>`
  select p.oid::text, p.oid::regprocedure::text as signature, p.ctid::text as version,
    (select string_agg(case a.grantee when 0 then 'public' else a.grantee::regrole::text end, ', ')
      from aclexplode(p.proacl) a where a.grantee <> p.proowner) as grantees
  from pg_proc p
  where p.pronamespace = to_regnamespace(split_part(${name}, '.', 1)) and p.proname = split_part(${name}, '.', 2)`

const checkBodies = (tx: postgres.TransactionSql, name: string): Promise<unknown> => tx`
  select case l.lanname when 'sql' then fmgr_sql_validator(p.oid)::text else plpgsql_validator(p.oid)::text end
  from pg_proc p join pg_language l on l.oid = p.prolang
  where p.pronamespace = to_regnamespace(split_part(${name}, '.', 1)) and p.proname = split_part(${name}, '.', 2)`

async function drop(tx: postgres.TransactionSql, overloads: Overload[]): Promise<void> {
  for (const { signature } of overloads) await tx.unsafe(`drop function ${signature}`)
}

async function replace(tx: postgres.TransactionSql, { name, text }: SqlFunction): Promise<void> {
  const before = await overloadsOf(tx, name)
  for (const { signature, grantees } of before) {
    if (grantees) await tx.unsafe(`revoke all on function ${signature} from ${grantees}`)
  }
  const revoked = await overloadsOf(tx, name)
  try {
    await tx.savepoint((attempt) => attempt.unsafe(text).simple())
  } catch (error) {
    if (!anotherShape.has((error as { code: string }).code)) throw error
    await drop(tx, before)
    await tx.unsafe(text).simple()
  }
  const after = await overloadsOf(tx, name)
  const stale = after.filter(({ oid, version }) => revoked.some((old) => old.oid === oid && old.version === version))
  await drop(tx, stale)
}

/** The functions of a schema belong to its owner, those of `public` to the owner of the tables. */
async function asSchemaOwner(tx: postgres.TransactionSql, name: string, work: () => Promise<unknown>): Promise<void> {
  const schema = name.split('.')[0] ?? ''
  const [row] = await tx<{ owner: string }[]>`
    select pg_get_userbyid(nspowner) as owner from pg_namespace where nspname = ${schema} and nspname <> 'public'`
  if (row) await tx.unsafe(`set local role ${row.owner}`)
  await work()
  if (row) await tx`reset role`
}
