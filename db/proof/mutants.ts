import type postgres from 'postgres'
import { type Door, doors, makers } from './access.ts'
import { quoted } from './catalog.ts'

/** A stone taken out of the wall: the statement that does it, and at which door it must be noticed. */
export type Mutant = { table: string; door: Door; kind: MutantKind; what: string; statement: string }

/** Stones that the matrix cannot see go, each with why. */
const unseen: readonly RegExp[] = [
  // The tenant and the id are in no UPDATE grant, so no row leaves what USING has let through.
  /^\w+ (staff|system)_update: with check$/,
  /^\w+ (staff|system)_update: with check without \(tenant_id/,
  // Neither key nor tenant may be set, and a context is one from first to last: USING alone decides.
  /^(appointment|patient|related_person) guest_update: with check/,
  // A trigger writes the tenant of the context over whatever is given, before the policy looks.
  /^audit_event (staff|guest|worker)_insert: with check/,
  // Tried by domain/identity/session.db.test.ts: a session is revoked once.
  /^session identity_update: /,
]

/** `condition`: one AND-ed part of a policy's expression becomes true. */
export type MutantKind =
  | 'policy dropped'
  | 'policy opened'
  | 'condition'
  | 'grant'
  | 'row security'
  | 'force'
  | 'foreign key'

type Policy = { table: string; name: string; role: string; reads: string | null; writes: string | null }

/** Every stone of the wall that the matrix can see, one at a time, read from the catalog. */
export async function mutantsOf(sql: postgres.ISql): Promise<Mutant[]> {
  const policies = await sql<Policy[]>`
    select c.relname as table, p.polname as name, r.rolname as role,
      pg_get_expr(p.polqual, p.polrelid) as reads, pg_get_expr(p.polwithcheck, p.polrelid) as writes
    from pg_policy p join pg_class c on c.oid = p.polrelid join pg_roles r on r.oid = any (p.polroles)
    where c.relnamespace = 'public'::regnamespace order by 1, 2`
  const grants = await sql<{ table: string; role: string; privilege: string }[]>`
    select c.relname as table, r.rolname as role, lower(a.privilege_type) as privilege
    from pg_class c cross join aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.grantee <> c.relowner
    union
    select c.relname, r.rolname, lower(a.privilege_type)
    from pg_attribute t join pg_class c on c.oid = t.attrelid cross join aclexplode(t.attacl) a join pg_roles r on r.oid = a.grantee
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.grantee <> c.relowner order by 1, 2, 3`
  const keys = await sql<{ table: string; name: string }[]>`
    select c.relname as table, f.conname as name from pg_constraint f join pg_class c on c.oid = f.conrelid
    where f.contype = 'f' and c.relnamespace = 'public'::regnamespace and cardinality(f.conkey) > 1 order by 1, 2`
  const tables = await sql<{ table: string }[]>`
    select relname as table from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`
  const mutants = [
    ...policies.flatMap(mutantsOfPolicy),
    ...grants.map(({ table, role, privilege }): Mutant => {
      const what = `${privilege} of ${role}`
      return {
        table,
        door: doorOf(role),
        kind: 'grant',
        what,
        statement: `revoke ${privilege} on ${quoted(table)} from ${role}`,
      }
    }),
    ...keys.map(({ table, name }): Mutant => {
      const statement = `alter table ${quoted(table)} drop constraint ${quoted(name)}`
      return { table, door: 'superuser', kind: 'foreign key', what: name, statement }
    }),
    ...tables.flatMap(({ table }): Mutant[] => {
      const alter = (change: string) => `alter table ${quoted(table)} ${change} row level security`
      return [
        { table, door: readerOf(policies, table), kind: 'row security', what: 'off', statement: alter('disable') },
        { table, door: 'owner', kind: 'force', what: 'off', statement: alter('no force') },
      ]
    }),
  ]
  return mutants.filter(({ table, what }) => !unseen.some((pattern) => pattern.test(`${table} ${what}`)))
}

function mutantsOfPolicy({ table, name, role, reads, writes }: Policy): Mutant[] {
  const door = doorOf(role)
  const on = `policy ${quoted(name)} on ${quoted(table)}`
  const mutant = (kind: MutantKind, what: string, statement: string): Mutant => ({
    table,
    door,
    kind,
    what: `${name}: ${what}`,
    statement,
  })
  const changed = (part: 'using' | 'with check', expression: string) => `alter ${on} ${part} (${expression})`
  const parts = [
    ['using', reads],
    ['with check', writes],
  ] as const
  return [
    mutant('policy dropped', 'dropped', `drop ${on}`),
    ...parts.flatMap(([part, expression]) => {
      if (!expression || expression === 'true') return []
      const conditions = conditionsOf(expression).filter((condition) => condition !== 'true')
      const without = conditions.map(
        (left) => conditions.filter((condition) => condition !== left).join(' and ') || 'true',
      )
      return [
        mutant('policy opened', part, changed(part, 'true')),
        ...(conditions.length > 1
          ? without.map((rest, n) => mutant('condition', `${part} without ${conditions[n]}`, changed(part, rest)))
          : []),
      ]
    }),
  ]
}

/** The parts of an expression, as Postgres prints it, that its outermost ANDs join. */
export function conditionsOf(expression: string): string[] {
  const inner =
    expression.startsWith('(') && closing(expression, 0) === expression.length - 1
      ? expression.slice(1, -1)
      : expression
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < inner.length; at += 1) {
    if (inner[at] === '(') at = closing(inner, at)
    if (inner.startsWith(' AND ', at)) {
      parts.push(inner.slice(from, at).trim())
      from = at + 5
    }
  }
  parts.push(inner.slice(from).trim())
  return parts.length === 1
    ? [expression]
    : parts.flatMap((part) => (part === expression ? [part] : conditionsOf(part)))
}

/** Where the parenthesis that opens at `start` closes; quoted text is passed over. */
function closing(text: string, start: number): number {
  let depth = 0
  let isQuoted = false
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === "'") isQuoted = !isQuoted
    if (isQuoted) continue
    if (text[at] === '(') depth += 1
    if (text[at] === ')') depth -= 1
    if (depth === 0) return at
  }
  throw new Error(`A parenthesis is never closed: ${text}`)
}

function doorOf(role: string): Door {
  const door = doors.find((name) => `medley_${name}` === role)
  if (!door) throw new Error(`${role} is no door.`)
  return door
}

const readerOf = (policies: readonly Policy[], table: string): Door =>
  policies
    .filter((policy) => policy.table === table && !isOpen(policy))
    .map(({ role }) => doorOf(role))
    .find((door) => !makers.includes(door)) ?? 'owner'

const isOpen = ({ reads, writes }: Policy): boolean => (reads ?? 'true') === 'true' && (writes ?? 'true') === 'true'
