import { createHash } from 'node:crypto'
import type postgres from 'postgres'
import { type Column, isTenants, literal, quoted, type Table } from './catalog.ts'

/** Two tenants, mirror images of each other. */
export type Side = 'a' | 'b'

/**
 * Which of a tenant's rows: the `twin` has the same id in both tenants, so that only `tenant_id` tells the two
 * apart; the `lone` one has an id that the other tenant does not know. Any other word makes a row of its own.
 */
export type Spot = { side: Side; set: string }

/** A row as SQL: an expression for each column that is written. */
export type Values = Record<string, string>

export type World = {
  seed: string
  tables: Map<string, Table>
  tenants: Record<Side, string>
  /** The rows made so far, by table and spot. */
  rows: Map<string, Readonly<Values>>
}

const anOffer = `'{"durationMinutes": 30, "bufferBeforeMinutes": 0, "bufferAfterMinutes": 0, "cancelUntilMinutes": 1440}'`

/** What the catalog cannot say of a column. The two versions differ, so that one is never taken for the other. */
const known: Record<string, string> = {
  'appointment.status': "'booked'",
  'appointment.offer': anOffer,
  'hold.offer': anOffer,
  'occupancy.kind': "'block'",
  'appointment.access_version': '3',
  'appointment.link_version': '5',
  'hold.access_version': '3',
}

/** A visit keeps the id of its hold, and the chart that a guest's booking makes has the visit's. */
const idLike: Record<string, string> = { hold: 'appointment', patient: 'appointment' }

/** Columns without a foreign key that name a visit here: a guest writes of the visit of the capability alone. */
const aboutVisit: Record<string, string> = { outbox: 'aggregate_id', audit_event: 'entity_id' }

const uuidOf = (...parts: string[]): string => {
  const hex = createHash('sha256').update(parts.join('/')).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** A world that nothing stands in yet; two of different seeds never meet. */
export const newWorld = (seed: string, tables: Map<string, Table>): World => ({
  seed,
  tables,
  tenants: { a: uuidOf(seed, 'tenant', 'a'), b: uuidOf(seed, 'tenant', 'b') },
  rows: new Map(),
})

/** The sets in which the table has a row for each tenant: one where a tenant can have only one. */
export function setsOf(table: Table): string[] {
  const onePerTenant = table.unique.some((columns) => columns.join() === 'tenant_id')
  return onePerTenant || table.name === 'tenant' ? ['twin'] : ['twin', 'lone']
}

/**
 * The row of `table` at `spot`, made from the catalog alone: keys from the rows it refers to, the rest by type.
 * `salt` makes another row with the same parents. Throws, naming table and column, when the catalog and what is known
 * here do not say what could stand in a required column.
 */
export function rowOf(world: World, table: Table, spot: Spot, salt = ''): Readonly<Values> {
  const name = [table.name, spot.side, spot.set, salt].join('/')
  const made = world.rows.get(name)
  if (made) return made
  const values: Values = {}
  world.rows.set(name, values)
  const parents = parentValues(world, table, spot)
  for (const [n, column] of table.columns.entries()) {
    const value = parents[column.name] ?? ownValue(world, table, column, spot, salt, n)
    if (value !== undefined) values[column.name] = value
  }
  return values
}

function ownValue(world: World, table: Table, column: Column, spot: Spot, salt: string, n: number): string | undefined {
  if (column.name === 'tenant_id') return literal(world.tenants[spot.side])
  if (table.name === 'tenant' && column.name === 'id') return literal(world.tenants[spot.side])
  const hint = known[`${table.name}.${column.name}`]
  if (hint) return hint
  const isKey = table.key.includes(column.name)
  if (!isKey && (!column.isRequired || column.hasDefault)) return undefined
  // Twins share their id only where the tenant is part of the key.
  const owner = isTenants(table) && table.key.includes('tenant_id') && spot.set === 'twin' ? '' : spot.side
  const mark = [world.seed, isKey ? (idLike[table.name] ?? table.name) : table.name, owner, spot.set, salt]
  const value = sampleOf(column, [...mark, isKey ? '' : `${spot.side}${column.name}`], n)
  if (value === undefined) {
    throw new Error(
      `No row of "${table.name}": nothing is known for ${column.name} (${column.type}). Teach db/proof/factories.ts.`,
    )
  }
  return value
}

const range = (hours: number): string => {
  const start = `timestamptz '2030-01-02 09:00Z' + interval '${hours} hours'`
  return `tstzrange(${start}, ${start} + interval '1 hour')`
}

/** A value of the column's type; those of one row rise from column to column, so that what ends ends after it began. */
function sampleOf(column: Column, mark: string[], n: number): string | undefined {
  const digest = createHash('sha256').update(mark.join('/')).digest()
  const [base = '', length] = column.type.split(/[()]/)
  const number = digest.readUIntBE(0, 6)
  switch (base) {
    case 'uuid':
      return literal(uuidOf(...mark))
    case 'text':
      if (column.words.length > 0) return literal(column.words[number % column.words.length] ?? '')
      return literal(digest.toString('hex').slice(0, 24))
    case 'bytea':
      return `decode('${digest.toString('hex')}', 'hex')`
    case 'character':
      return literal(digest.toString('hex').slice(0, Number(length)))
    case 'bigint':
      return String(number)
    case 'integer':
      return '15'
    case 'smallint':
      return '1'
    case 'double precision':
      return '1.5'
    case 'boolean':
      return 'false'
    case 'date':
      return "'2030-01-02'"
    case 'time without time zone':
      return `time '09:00' + interval '${n} minutes'`
    case 'timestamp with time zone':
      return `timestamptz '2030-01-02 09:00Z' + interval '${n} minutes'`
    case 'tstzrange':
      return range(number % 100_000)
    case 'jsonb':
      return "'{}'"
    case 'text[]':
      return "'{}'"
    case 'cube':
      return "'(1,0,0)'"
    case 'tsvector':
      return "'word'"
    default:
      return undefined
  }
}

/** The key columns that the rows it refers to decide. A key of the tenant alone is the tenant's own. */
function parentValues(world: World, table: Table, spot: Spot): Values {
  const values: Values = {}
  const about = aboutVisit[table.name]
  if (about) values[about] = rowOf(world, tableOf(world, 'appointment'), spot).id ?? 'null'
  for (const reference of table.references) {
    if (reference.table === table.name) continue
    const parent = tableOf(world, reference.table)
    const row = rowOf(world, parent, setsOf(parent).includes(spot.set) ? spot : { ...spot, set: 'twin' })
    for (const [at, column] of reference.columns.entries()) {
      const value = row[reference.targets[at] ?? '']
      if (value !== undefined) values[column] = value
    }
  }
  return values
}

/** The table by its name. Throws when the catalog has none. */
export function tableOf(world: World, name: string): Table {
  const table = world.tables.get(name)
  if (!table) throw new Error(`There is no table "${name}".`)
  return table
}

/** The tables in an order in which parents come first. Throws when they refer to each other in a circle. */
function parentsFirst(tables: Map<string, Table>): Table[] {
  const order = new Set<Table>()
  const visit = (table: Table, path: string[]): void => {
    if (order.has(table)) return
    if (path.includes(table.name))
      throw new Error(`Tables refer to each other in a circle: ${[...path, table.name].join(' → ')}`)
    for (const { table: name } of table.references) {
      const parent = tables.get(name)
      if (parent && parent !== table) visit(parent, [...path, table.name])
    }
    order.add(table)
  }
  for (const table of tables.values()) visit(table, [])
  return [...order]
}

/** The statement that writes the row. */
export function insertion(table: Table, values: Values): string {
  const columns = Object.keys(values)
  const overriding = table.columns.some((column) => column.isIdentity && columns.includes(column.name))
  const into = `insert into public.${quoted(table.name)} (${columns.map(quoted).join(', ')})`
  return `${into}${overriding ? ' overriding system value' : ''} values (${Object.values(values).join(', ')})`
}

/** The condition that names the row by its primary key. */
export const isRow = (table: Table, values: Values): string =>
  table.key.map((column) => `${quoted(column)} = ${values[column] ?? 'null'}`).join(' and ')

/**
 * Writes a row of every table for both tenants, as a superuser inside a transaction. `sign` gives the context that a
 * row of the tenant is written under (audit rows take theirs from it). Throws when a table takes no such row.
 */
export async function plant(
  tx: postgres.TransactionSql,
  world: World,
  sign: (tenantId: string) => string,
): Promise<void> {
  for (const side of ['a', 'b'] as const) {
    await tx`select set_config('medley.context', ${sign(world.tenants[side])}, true)`
    for (const table of parentsFirst(world.tables))
      for (const set of setsOf(table)) await write(tx, table, rowOf(world, table, { side, set }))
  }
}

async function write(tx: postgres.TransactionSql, table: Table, values: Values): Promise<void> {
  const statement = insertion(table, values)
  await tx.unsafe(statement).catch((error: unknown) => {
    throw new Error(`No row of "${table.name}" could be written: ${String(error)}\n${statement}`)
  })
}
