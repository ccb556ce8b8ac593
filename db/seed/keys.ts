import type postgres from 'postgres'

type Key = { name: string; table: string; definition: string }

/** Foreign keys; or those and exclusions, whose index is then not there to be read. */
type Kinds = 'foreign' | 'foreign and exclusions'

/**
 * Runs `work` with keys of `tables` taken off and their deferred checks switched off, and puts all back as it was: checking
 * all rows at once costs a fraction of checking one after the other. Inside `withoutForce` only, where the owner sees every row;
 * the tables are locked until the transaction ends. Throws Postgres' error when a row does not keep a key.
 */
export async function withoutKeys<T>(
  tx: postgres.TransactionSql,
  tables: readonly string[],
  kinds: Kinds,
  work: () => Promise<T>,
): Promise<T> {
  const keys = await tx<Key[]>`
    select quote_ident(c.conname) as name, c.conrelid::regclass::text as table, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c
    where c.contype = any (${kinds === 'foreign' ? ['f'] : ['f', 'x']}::"char"[]) and c.conrelid = any (${tables}::regclass[]) order by c.contype desc, c.conname`
  for (const key of keys) await tx.unsafe(`alter table ${key.table} drop constraint ${key.name}`)
  const deferred = await tx<{ table: string; name: string }[]>`
    select g.tgrelid::regclass::text as table, quote_ident(g.tgname) as name
    from pg_trigger g where g.tgrelid = any (${tables}::regclass[]) and g.tgdeferrable and not g.tgisinternal`
  for (const { table, name } of deferred) await tx.unsafe(`alter table ${table} disable trigger ${name}`)
  const result = await work()
  for (const key of keys) await tx.unsafe(`alter table ${key.table} add constraint ${key.name} ${key.definition}`)
  for (const { table, name } of deferred) await tx.unsafe(`alter table ${table} enable trigger ${name}`)
  if (deferred.length > 0) await tx`select kernel.check_claims()`
  return result
}
