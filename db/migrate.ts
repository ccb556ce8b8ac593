import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import postgres from 'postgres'
import { withoutForce } from './force.ts'
import { applyFunctions, createMissingFunctions, readFunctions } from './functions.ts'
import { grantByPolicy } from './grants.ts'
import { locks } from './locks.ts'

const folder = new URL('./migrations/', import.meta.url)
const rowsMark = /^-- rows:/
/** What touches rows or adds keys; the UPDATE of a policy, a grant, a trigger or a key is none. */
const touchesRows =
  /\b(insert\s+into|update\s+(?!(?:on|of|to|using|no|cascade|restrict|set)\b)["\w]|delete\s+from|merge\s+into|truncate\s|copy\s+["\w]|add\s+(constraint|foreign\s+key)|validate\s+constraint)/i

export type Migration = { name: string; text: string; sha256: string }

/** The migrations in the order they run, by name. */
export async function readMigrations(from: URL = folder): Promise<Migration[]> {
  const names = (await readdir(from)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, from), 'utf8')
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

/**
 * Brings the database to the newest migration, a transaction a file, and returns the names applied. Throws when a
 * file that ran was changed since, when the ledger knows a file that is gone, and when one touches rows or keys without
 * the `-- rows:` mark that runs it outside FORCE. Functions and grants follow after each run, and the policies are noted when there was something to apply.
 */
export async function migrate(ownerUrl: string, migrations?: Migration[]): Promise<string[]> {
  const files = migrations ?? (await readMigrations())
  const functions = await readFunctions()
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  try {
    await owner`select pg_advisory_lock(${locks.migrate})`
    await owner`create schema if not exists migration`
    await owner`create table if not exists migration.ledger (name text primary key, sha256 text not null, at timestamptz not null default now())`
    await owner`create table if not exists migration.policy (name text primary key, definition text not null)`
    await owner`grant select on migration.policy to medley_kernel`
    const done = await owner<{ name: string; sha256: string }[]>`select name, sha256 from migration.ledger`
    refuseChanged(files, done)
    const applied: string[] = []
    for (const file of files.filter((candidate) => !done.some((row) => row.name === candidate.name))) {
      await createMissingFunctions(owner, functions)
      await apply(owner, file)
      applied.push(file.name)
    }
    await applyFunctions(owner, functions)
    await owner.begin((tx) => grantByPolicy(tx))
    const noted = await owner`select from migration.policy limit 1`
    if (applied.length > 0 || noted.length === 0) await owner.begin((tx) => notePolicies(tx))
    return applied
  } finally {
    await owner.end({ timeout: 5 })
  }
}

/** Notes the row policies as these migrations leave them, so that kernel.altered_policies names those that differ later. */
async function notePolicies(tx: postgres.TransactionSql): Promise<void> {
  // Postgres prints a condition for the search path: the same one as that of the function.
  await tx`set local search_path = pg_catalog, pg_temp`
  await tx`delete from migration.policy`
  await tx`
    insert into migration.policy (name, definition)
    select p.schemaname || '.' || p.tablename || ': ' || p.policyname, md5(p::text) from pg_policies p`
}

function refuseChanged(files: Migration[], done: readonly { name: string; sha256: string }[]): void {
  for (const row of done) {
    const file = files.find((candidate) => candidate.name === row.name)
    if (!file)
      throw new Error(`Migration ${row.name} ran here but is not in this version: deploy the version that has it.`)
    if (file.sha256 !== row.sha256)
      throw new Error(`Migration ${row.name} was changed after it ran: add a new one instead.`)
  }
}

async function apply(owner: postgres.Sql, file: Migration): Promise<void> {
  const marked = rowsMark.test(file.text)
  if (!marked && touchesRows.test(outsideBodies(file.text))) {
    throw new Error(`Migration ${file.name} touches rows or keys: begin it with "-- rows: <why>".`)
  }
  await owner.begin(async (tx) => {
    await tx`set local lock_timeout = '3s'`
    await (marked ? withoutForce(tx, () => tx.unsafe(file.text).simple()) : tx.unsafe(file.text).simple())
    await tx`insert into migration.ledger (name, sha256) values (${file.name}, ${file.sha256})`
  })
}

/** The text without comments and function bodies; the body of a DO runs at once, so it stays. */
const outsideBodies = (text: string): string =>
  text
    .replace(/--.*$/gm, '')
    .replace(/(\bdo\s+)?(\$\w*\$)[\s\S]*?\2/gi, (body: string, isDo: string | undefined) => (isDo ? body : ''))
