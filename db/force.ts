import type postgres from 'postgres'

/**
 * Runs `work` with the tables' owner outside their policies, and puts them back in force: under FORCE an owner's
 * UPDATE touches no row, VALIDATE passes over violations and COPY fails, all without a word. Owner's connection
 * only, inside one transaction, so that a failure restores FORCE by rolling back.
 */
export async function withoutForce<T>(tx: postgres.TransactionSql, work: () => Promise<T>): Promise<T> {
  const forced = await tx<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relforcerowsecurity`
  for (const { name } of forced) await tx.unsafe(`alter table ${name} no force row level security`)
  const result = await work()
  // Deferred checks of what `work` wrote: with some of them still waiting a table cannot be altered.
  await tx`set constraints all immediate`
  const tables = await tx<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity`
  for (const { name } of tables) await tx.unsafe(`alter table ${name} force row level security`)
  return result
}
