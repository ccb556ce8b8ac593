import { type Access, access, makers } from './access.ts'
import { isTenants, literal, quoted, type Reference, type Table } from './catalog.ts'
import type { Context } from './contexts.ts'
import { insertion, isRow, rowOf, type Side, setsOf, tableOf, type Values, type World } from './factories.ts'

/**
 * What became of a statement: a number of rows; `refused` (42501: no grant, or a policy's check); `no context` (28000);
 * `no parent` (23503); any other SQLSTATE as it is. An INSERT that breaks a unique key says `1`: it was past the wall.
 */
export type Outcome = string

/** How many rows of a table there are: in all, and of each tenant. */
export type Counts = { all: number; a: number; b: number }

/** One statement of the matrix: what is done, how, and what must become of it. */
export type Act = { command: string; statement: string; expected: Outcome }

const other = (side: Side): Side => (side === 'a' ? 'b' : 'a')

/** The rows that one context acts on in one table. */
type Scene = {
  world: World
  table: Table
  context: Context
  may: Access | undefined
  counts: Counts
  own: Values
  foreign: Values
}

/** Everything that `context` tries with `table`, and what must become of it. */
export function actsOf(world: World, table: Table, context: Context, counts: Counts): Act[] {
  const scene: Scene = {
    world,
    table,
    context,
    may: access[table.name]?.[context.door],
    counts,
    own: rowOf(world, table, { side: context.side, set: 'twin' }),
    foreign: rowOf(world, table, { side: other(context.side), set: 'twin' }),
  }
  if (context.door === 'superuser')
    return tenantReferences(table).map((reference) => foreignParent(scene, reference, '1'))
  return [...readingActs(scene), ...addingActs(scene), ...changingActs(scene)]
}

/** The keys that must not leave the tenant. */
const tenantReferences = (table: Table): Reference[] =>
  table.references.filter(({ targets }) => targets.includes('tenant_id'))

/** The id that a guest's capability names: that of a planted visit. */
export function grantFor(world: World, { side, grant }: Context): string {
  const row = rowOf(world, tableOf(world, 'appointment'), { side, set: grant?.set ?? 'twin' })
  return (row.id ?? '').replaceAll("'", '')
}

const reaches = ({ context }: Scene, reach: Access['select'], isOwn: boolean): boolean => {
  if (reach === undefined) return false
  if (reach === 'all' || reach === 'stamped') return true
  if (!isOwn) return false
  if (reach === 'tenant') return true
  const { grant } = context
  if (grant?.set !== 'twin') return false
  return reach === 'named' || isLive(grant, reach)
}

/** Whether the capability reaches the row it names with a kind and a version that count for `reach`. */
const isLive = (grant: Context['grant'], reach: Access['select']): boolean =>
  (reach === 'hold' ? grant?.isLiveHold : grant?.isLiveVisit) ?? false

/** How many rows a command that names none touches. */
function touched(scene: Scene, reach: Access['select']): number {
  const { context, counts } = scene
  if (reach === undefined) return 0
  if (reach === 'all') return counts.all
  if (reach === 'tenant') return counts[context.side]
  return isLive(context.grant, reach) ? 1 : 0
}

/** What every command meets before its rows are looked at; undefined when it comes to the rows. */
function atTheDoor(scene: Scene, ...needed: Access['select'][]): Outcome | undefined {
  if (scene.context.door === 'owner') return undefined
  if (needed.includes(undefined)) return 'refused'
  return scene.context.isGood || needed.every((reach) => reach === 'all') ? undefined : 'no context'
}

const mayWrite = ({ may, context }: Scene): boolean =>
  !may?.roles || (!!context.role && may.roles.includes(context.role))

const mayRead = ({ may, context }: Scene): boolean =>
  !may?.readers || (!!context.role && may.readers.includes(context.role))

const mayAdd = (scene: Scene): boolean =>
  mayWrite(scene) &&
  (!scene.may?.kinds || (!!scene.context.grant && scene.may.kinds.includes(scene.context.grant.kind)))

function readingActs(scene: Scene): Act[] {
  const { table, own, foreign, may } = scene
  const reach = may?.select
  const from = `select from public.${quoted(table.name)}`
  const act = (command: string, where: string, rows: number): Act => ({
    command,
    statement: `${from}${where}`,
    expected: atTheDoor(scene, reach) ?? String(mayRead(scene) ? rows : 0),
  })
  return [
    act('select own', ` where ${isRow(table, own)}`, reaches(scene, reach, true) ? 1 : 0),
    act('select foreign', ` where ${isRow(table, foreign)}`, reaches(scene, reach, false) ? 1 : 0),
    act('select everything', '', touched(scene, reach)),
    ...(may?.hides ?? []).map((column) => ({
      command: `select ${column}`,
      statement: `select ${quoted(column)} from public.${quoted(table.name)}`,
      expected: 'refused',
    })),
  ]
}

/** A new row; an identity is the database's. */
function fresh({ world, table, context }: Scene, side: Side, change: Values = {}): string {
  const values = { ...rowOf(world, table, { side, set: 'twin' }, `fresh ${side}`) }
  const adds = access[table.name]?.[context.door]?.adds
  for (const { name, isIdentity } of table.columns)
    if (isIdentity || adds?.includes(name) === false) delete values[name]
  return insertion(table, { ...values, ...change })
}

/** What is stamped needs a context, whose it is, even from a door that otherwise needs none. */
const stamped = ({ context, may }: Scene): Outcome | undefined =>
  may?.insert === 'stamped' && makers.includes(context.door) ? 'no context' : undefined

function addingActs(scene: Scene): Act[] {
  const { table, context, may, foreign } = scene
  const reach = may?.insert
  const outcome = (isOwn: boolean): Outcome =>
    atTheDoor(scene, reach) ?? stamped(scene) ?? (mayAdd(scene) && reaches(scene, reach, isOwn) ? '1' : 'refused')
  const acts: Act[] = [{ command: 'insert own', statement: fresh(scene, context.side), expected: outcome(true) }]
  for (const { name, isIdentity } of table.columns) {
    if (isIdentity || may?.adds?.includes(name) !== false) continue
    const statement = fresh(scene, context.side, { [name]: 'default' })
    acts.push({ command: `insert with ${name}`, statement, expected: 'refused' })
  }
  for (const reference of tenantReferences(table)) acts.push(foreignParent(scene, reference, outcome(true)))
  if (!isTenants(table)) return acts
  // Whoever may not name the tenant has it stamped, so no row of theirs is another's.
  const isStamped = may?.adds?.includes('tenant_id') === false
  const strange = fresh(scene, other(context.side))
  acts.push({ command: 'insert foreign', statement: strange, expected: outcome(isStamped) })
  const key = table.key.map(quoted).join(', ')
  const change = quoted(aChange(scene).column)
  const upsert = `${insertion(table, foreign)} on conflict (${key}) do update set ${change} = excluded.${change}`
  const through = reaches(scene, reach, false) && reaches(scene, may?.update, false)
  const expected = atTheDoor(scene, reach, may?.select, may?.update) ?? (through ? '1' : 'refused')
  acts.push({ command: 'upsert onto a foreign key', statement: upsert, expected })
  return acts
}

/** A row of one's own under a parent that only the other tenant has. */
function foreignParent(scene: Scene, reference: Reference, outcome: Outcome): Act {
  const { world, context, may } = scene
  const parent = tableOf(world, reference.table)
  const strange = rowOf(world, parent, { side: other(context.side), set: setsOf(parent).at(-1) ?? 'twin' })
  const change: Values = {}
  for (const [at, column] of reference.columns.entries()) {
    const value = strange[reference.targets[at] ?? '']
    if (column !== 'tenant_id' && value) change[column] = value
  }
  const isNamed = may?.insert === 'named' && may.by?.some((column) => column in change)
  const expected = outcome !== '1' ? outcome : isNamed ? 'refused' : 'no parent'
  return {
    command: `insert under a foreign parent (${reference.columns.join()})`,
    statement: fresh(scene, context.side, change),
    expected,
  }
}

/** A column that is neither key nor unique, and a value for it that reads nothing. */
function aChange({ table, own, may }: Scene): { column: string; to: string } {
  if (may?.sets) return may.sets
  const fixed = [...table.key, ...table.unique.flat(), ...table.references.flatMap(({ columns }) => columns)]
  const column = table.columns.findLast(({ name, isIdentity }) => !isIdentity && !fixed.includes(name))
  if (!column) return { column: table.key[0] ?? '', to: own[table.key[0] ?? ''] ?? 'default' }
  return { column: column.name, to: own[column.name] ?? 'default' }
}

/** Where no column is read, an UPDATE or DELETE meets no SELECT policy: its own must hold alone. */
function changingActs(scene: Scene): Act[] {
  const { world, table, context, own, foreign, may } = scene
  const name = `public.${quoted(table.name)}`
  const writes = mayWrite(scene)
  const act = (command: string, statement: string, reach: Access['select'], rows: number, refused = false): Act => ({
    command,
    statement,
    expected: atTheDoor(scene, reach) ?? (refused && writes && rows > 0 ? 'refused' : String(writes ? rows : 0)),
  })
  const own1 = (reach: Access['select']) => (writes && reaches(scene, reach, true) ? 1 : 0)
  const foreign1 = (reach: Access['select']) => (reaches(scene, reach, false) ? 1 : 0)
  const change = aChange(scene)
  const set = `set ${quoted(change.column)} = ${change.to}`
  const acts = [
    act('update own', `update ${name} ${set} where ${isRow(table, own)}`, may?.update, own1(may?.update)),
    act('update foreign', `update ${name} ${set} where ${isRow(table, foreign)}`, may?.update, foreign1(may?.update)),
    act('update everything', `update ${name} ${set}`, may?.update, touched(scene, may?.update)),
    act('delete own', `delete from ${name} where ${isRow(table, own)}`, may?.delete, own1(may?.delete)),
    act('delete foreign', `delete from ${name} where ${isRow(table, foreign)}`, may?.delete, foreign1(may?.delete)),
    act('delete everything', `delete from ${name}`, may?.delete, touched(scene, may?.delete)),
  ]
  for (const forbidden of context.isGood ? (may?.refusesToSet ?? []) : []) {
    const sets = Object.entries(forbidden).map(([column, value]) => `${quoted(column)} = ${value}`)
    const statement = `update ${name} set ${sets.join(', ')}`
    const command = `update ${Object.keys(forbidden).join()}`
    const refusal = act(command, statement, may?.update, touched(scene, may?.update), true)
    // Where not every column is granted, nobody comes as far as the policies.
    acts.push(may?.sets ? { ...refusal, expected: 'refused' } : refusal)
  }
  if (makers.includes(context.door) || context.door === 'owner') return acts
  // The key is in no grant, so nobody comes as far as the policies.
  const key = isTenants(table) ? 'tenant_id' : (table.key[0] ?? '')
  const value = isTenants(table) ? literal(world.tenants[other(context.side)]) : (foreign[key] ?? 'default')
  return [
    ...acts,
    { command: 'update the key', statement: `update ${name} set ${quoted(key)} = ${value}`, expected: 'refused' },
  ]
}
