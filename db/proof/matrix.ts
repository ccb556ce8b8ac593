import { randomBytes } from 'node:crypto'
import type postgres from 'postgres'
import { access, type Door, doors } from './access.ts'
import { type Act, actsOf, type Counts, grantFor, type Outcome } from './acts.ts'
import { isTenants, quoted, readTables, type Table } from './catalog.ts'
import { type Context, contextsOf, placeOf, plantingContext } from './contexts.ts'
import { newWorld, plant, type World } from './factories.ts'

/** One cell of the matrix that is not as it must be. */
export type Breach = { table: string; command: string; context: string; expected: Outcome; got: Outcome }

/** What was tried and what went wrong. */
export type Verdict = { cells: number; breaches: Breach[] }

type Cell = { table: Table; context: Context; act: Act; token: string }

/**
 * Makes the world that the matrix is tried on: a row of every table for two tenants. A superuser's connection, inside a
 * transaction that is taken back. Throws when a table has no row factory or no declared access, and when a declared
 * table is gone.
 */
export async function prepare(tx: postgres.TransactionSql): Promise<World> {
  const tables = await readTables(tx)
  const undeclared = [...tables.keys()].filter((name) => !access[name])
  const gone = Object.keys(access).filter((name) => !tables.has(name))
  if (undeclared.length > 0)
    throw new Error(`No access is declared in db/proof/access.ts for: ${undeclared.join(', ')}.`)
  if (gone.length > 0) throw new Error(`db/proof/access.ts declares tables that are gone: ${gone.join(', ')}.`)
  // Who may write is asked here, not whether a visit has its time; a table with checks still waiting cannot be altered.
  const deferred = await tx<{ statement: string }[]>`
    select format('alter table %s disable trigger %I', tgrelid::regclass, tgname) as statement
    from pg_trigger where tgdeferrable and not tgisinternal`
  for (const { statement } of deferred) await tx.unsafe(statement)
  const world = newWorld(randomBytes(8).toString('hex'), tables)
  const place = await placeOf(tx)
  await plant(tx, world, (tenantId) => plantingContext(place, tenantId))
  await tx.unsafe(judge)
  return world
}

/**
 * Tries every command of every context on every table (or on those named, through those doors) and compares what
 * became of it with what db/proof/access.ts declares. Each try is undone at once.
 */
export async function tryMatrix(
  tx: postgres.TransactionSql,
  world: World,
  only: { tables?: readonly string[]; doors?: readonly Door[] } = {},
): Promise<Verdict> {
  const contexts = contextsOf(world, await placeOf(tx)).filter(({ door }) => (only.doors ?? doors).includes(door))
  const cells: Cell[] = []
  const tokens = new Map<string, string>()
  const tokenOf = (context: Context, grantId: string): string => {
    const name = `${context.name} ${grantId}`
    const token = tokens.get(name) ?? context.token(grantId)
    tokens.set(name, token)
    return token
  }
  for (const table of world.tables.values()) {
    if (only.tables && !only.tables.includes(table.name)) continue
    const counts = await countRows(tx, world, table)
    for (const context of contexts) {
      for (const act of actsOf(world, table, context, counts)) {
        cells.push({ table, context, act, token: tokenOf(context, grantFor(world, context)) })
      }
    }
  }
  const breaches: Breach[] = []
  for (const group of Map.groupBy(cells, ({ context, token }) => `${context.door} ${token}`).values()) {
    const outcomes = await outcomesOf(tx, group)
    for (const [at, { table, context, act }] of group.entries()) {
      const got = outcomes[at] ?? 'no outcome'
      if (got === act.expected) continue
      breaches.push({ table: table.name, command: act.command, context: context.name, expected: act.expected, got })
    }
  }
  return { cells: cells.length, breaches }
}

/** Runs a statement as whoever the transaction is now, undoes it, and says what became of it: rows, or an SQLSTATE. */
const judge = `
  create function pg_temp.judge(statement text) returns text language plpgsql as $$
  declare
    touched bigint;
  begin
    execute statement;
    get diagnostics touched = row_count;
    raise exception using errcode = 'MDUND', message = touched::text;
  exception
    when sqlstate 'MDUND' then return sqlerrm;
    when others then return sqlstate;
  end $$`

const meaning: Record<string, Outcome> = { '42501': 'refused', '28000': 'no context', '23503': 'no parent' }

/** The outcomes of cells that share a door and a token, in their order. */
async function outcomesOf(tx: postgres.TransactionSql, cells: Cell[]): Promise<Outcome[]> {
  const [first] = cells
  if (!first) return []
  const statements = cells.map(({ act }) => act.statement)
  const role = first.context.door === 'superuser' ? 'none' : `medley_${first.context.door}`
  await tx`select set_config('role', ${role}, true), set_config('medley.context', ${first.token}, true)`
  const rows = await tx<{ outcome: string }[]>`
    select pg_temp.judge(t.statement) as outcome from unnest(${statements}::text[]) with ordinality t(statement, n) order by n`
  await tx`select set_config('role', 'none', true), set_config('medley.context', '', true)`
  return rows.map(({ outcome }, at) => {
    if (outcome === '23505' && cells[at]?.act.command.startsWith('insert')) return '1'
    return meaning[outcome] ?? outcome
  })
}

async function countRows(tx: postgres.TransactionSql, world: World, table: Table): Promise<Counts> {
  const of = (tenant: string) => (isTenants(table) ? `count(*) filter (where tenant_id = '${tenant}')::int` : '0')
  const [row] = await tx.unsafe<Counts[]>(
    `select count(*)::int as all, ${of(world.tenants.a)} as a, ${of(world.tenants.b)} as b from public.${quoted(table.name)}`,
  )
  if (!row) throw new Error(`"${table.name}" could not be counted.`)
  return row
}
