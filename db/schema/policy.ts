import { getTableColumns, getTableName, sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  check,
  customType,
  foreignKey,
  type PgColumnBuilderBase,
  type PgPolicy,
  type PgTableExtraConfigValue,
  pgPolicy,
  pgRole,
  pgTable,
  primaryKey,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'

/** The door roles: nobody signs in as one, a transaction takes one on (db/doors.ts). */
const staff = pgRole('medley_staff').existing()
const guest = pgRole('medley_guest').existing()
const visitor = pgRole('medley_public').existing()
const worker = pgRole('medley_worker').existing()
const relay = pgRole('medley_relay').existing()
const kernel = pgRole('medley_kernel').existing()
const identity = pgRole('medley_identity').existing()

/** The staff roles of a tenant, strongest first. */
export const staffRoles = ['owner', 'admin', 'scheduler', 'practitioner', 'billing', 'auditor'] as const
export type StaffRole = (typeof staffRoles)[number]

/** Which columns a policy's role is granted: only `names`, or all but them. */
export type ColumnLimit = { names: readonly string[]; isExcept: boolean }

const limits = new WeakMap<PgPolicy, ColumnLimit>()

const limited = (limit: ColumnLimit, policies: PgPolicy[]): PgPolicy[] => {
  for (const policy of policies) limits.set(policy, limit)
  return policies
}

/**
 * Lets these policies reach only these columns (SQL names): the role is granted them instead of the table (db/grants.ts).
 * Without a limit a SELECT or INSERT may name every column, an UPDATE all but the key and the tenant.
 */
export const onlyColumns = (names: readonly string[], policies: PgPolicy[]): PgPolicy[] =>
  limited({ names, isExcept: false }, policies)

/** Lets these SELECT policies reach all columns but these. */
export const exceptColumns = (names: readonly string[], policies: PgPolicy[]): PgPolicy[] =>
  limited({ names, isExcept: true }, policies)

/** The columns that a policy's role is granted, when they are fewer than usual. */
export const columnsOf = (policy: PgPolicy): ColumnLimit | undefined => limits.get(policy)

const tenantIs = (scope: 'staff' | 'guest' | 'system') => sql.raw(`tenant_id = (select ctx.tenant('${scope}'))`)
const everything = sql`true`

/** Those who work with patients: they alone see charts, contacts and what was written to whom. */
export const deskRoles = ['owner', 'admin', 'scheduler', 'practitioner'] as const satisfies readonly StaffRole[]

/** Those who plan a clinic's calendars. `kernel.permit` and `kernel.permit_planner` name both lists again; a test compares. */
export const plannerRoles = ['owner', 'admin', 'scheduler'] as const satisfies readonly StaffRole[]

const staffOf = (roles: readonly StaffRole[]) =>
  sql.raw(`tenant_id = (select ctx.tenant('staff', '{${roles.join(',')}}'))`)

/** Staff of the tenant see its rows, with one of `roles` where they are given. */
export const staffReads = (roles?: readonly StaffRole[]) => [
  pgPolicy('staff_select', { for: 'select', to: staff, using: roles ? staffOf(roles) : tenantIs('staff') }),
]

/**
 * Staff with one of `roles` change these columns of the tenant's rows. What no verb writes, no policy lets staff write. No door
 * deletes: a grant of DELETE would let its login lock the table, so what is removed goes through a function of the kernel
 * (kernel.unblock).
 */
export const staffChanges = (roles: readonly StaffRole[], names: readonly string[]) => {
  const allowed = staffOf(roles)
  return onlyColumns(names, [
    pgPolicy('staff_update', { for: 'update', to: staff, using: allowed, withCheck: allowed }),
  ])
}

/** Staff with one of `roles` may only add rows, never change them. */
export const staffAdds = (roles: readonly StaffRole[]) => [
  pgPolicy('staff_insert', { for: 'insert', to: staff, withCheck: staffOf(roles) }),
]

/** A guest sees the rows for which `condition` (SQL over the row and `ctx`) holds, inside the capability's tenant. */
export const guestReads = (condition: string) => [
  pgPolicy('guest_select', {
    for: 'select',
    to: guest,
    using: sql.raw(`tenant_id = (select ctx.tenant('guest')) and ${condition}`),
  }),
]

/** A guest adds rows for which `condition` holds. */
export const guestAdds = (condition: string) => [
  pgPolicy('guest_insert', {
    for: 'insert',
    to: guest,
    withCheck: sql.raw(`tenant_id = (select ctx.tenant('guest')) and ${condition}`),
  }),
]

/** A guest changes rows for which `before` holds, so that `after` holds: a raised version must not lock its raiser out. */
export const guestChanges = (before: string, after: string) => [
  pgPolicy('guest_update', {
    for: 'update',
    to: guest,
    using: sql.raw(`tenant_id = (select ctx.tenant('guest')) and ${before}`),
    withCheck: sql.raw(`tenant_id = (select ctx.tenant('guest')) and ${after}`),
  }),
]

/** Workflows and scripts (`withSystem`) see the rows of the one tenant they act for. */
export const systemReads = () => [pgPolicy('system_select', { for: 'select', to: worker, using: tenantIs('system') })]

/** Workflows and scripts add and change rows of the one tenant they act for. */
export const systemWrites = () => [
  pgPolicy('system_insert', { for: 'insert', to: worker, withCheck: tenantIs('system') }),
  pgPolicy('system_update', { for: 'update', to: worker, using: tenantIs('system'), withCheck: tenantIs('system') }),
]

/** Anyone may read: only for tables that hold nothing but publishable facts. */
export const publicReads = () => [pgPolicy('public_select', { for: 'select', to: visitor, using: everything })]

/** The functions of the sign-in (schema auth) see every row: before a session exists there is no tenant to check. */
export const identityReads = () => [pgPolicy('identity_select', { for: 'select', to: identity, using: everything })]

/** The functions of the sign-in add rows. */
export const identityAdds = () => [pgPolicy('identity_insert', { for: 'insert', to: identity, withCheck: everything })]

/** The functions of the sign-in revoke a row once, and change nothing else of it. */
export const identityRevokes = () =>
  onlyColumns(
    ['revoked_at'],
    [
      pgPolicy('identity_update', {
        for: 'update',
        to: identity,
        using: sql`revoked_at is null`,
        withCheck: sql`revoked_at is not null`,
      }),
    ],
  )

/** The relay works through the table for every tenant. */
export const relayWorks = () => [
  pgPolicy('relay_select', { for: 'select', to: relay, using: everything }),
  pgPolicy('relay_insert', { for: 'insert', to: relay, withCheck: everything }),
  pgPolicy('relay_update', { for: 'update', to: relay, using: everything, withCheck: everything }),
]

/** The kernel functions see the rows of every tenant (they return publishable columns only). */
export const kernelReads = () => [pgPolicy('kernel_select', { for: 'select', to: kernel, using: everything })]

/** The kernel functions see the rows of every tenant and change these columns of them. */
export const kernelChanges = (names: readonly string[]) => [
  ...kernelReads(),
  ...onlyColumns(names, [
    pgPolicy('kernel_update', { for: 'update', to: kernel, using: everything, withCheck: everything }),
  ]),
]

/** The kernel functions see every row of the table and remove what is old. */
export const kernelRemoves = () => [
  ...kernelReads(),
  pgPolicy('kernel_delete', { for: 'delete', to: kernel, using: everything }),
]

/** The kernel functions add rows. */
export const kernelAdds = () => [pgPolicy('kernel_insert', { for: 'insert', to: kernel, withCheck: everything })]

/** The kernel functions keep the table. */
export const kernelKeeps = () => [
  ...kernelReads(),
  ...kernelAdds(),
  pgPolicy('kernel_update', { for: 'update', to: kernel, using: everything, withCheck: everything }),
  pgPolicy('kernel_delete', { for: 'delete', to: kernel, using: everything }),
]

/** An instant, UTC, as a JavaScript Date. */
export const instant = () => timestamp({ withTimezone: true, mode: 'date' })

/**
 * The condition of a CHECK: from `startsAt` to `endsAt` there is some time, both are finite, and it is at most `longest`
 * (an interval). A comparison with null or infinity would let an endless range through.
 */
export const boundedSpan = (startsAt: AnyPgColumn, endsAt: AnyPgColumn, longest: string) =>
  sql`isfinite(${startsAt}) and isfinite(${endsAt}) and ${startsAt} < ${endsAt} and ${endsAt} - ${startsAt} <= interval ${sql.raw(`'${longest}'`)}`

export const tstzrange = customType<{ data: string }>({ dataType: () => 'tstzrange' })
export const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })
export const cube = customType<{ data: string }>({ dataType: () => 'cube' })
export const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })

type TenantKeys = {
  tenantId: ReturnType<typeof tenantKey>
  id: ReturnType<typeof rowKey>
}
const tenantKey = () => uuid().notNull()
const rowKey = () => uuid().notNull().default(sql`uuidv7()`)

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** A CHECK for each column that holds one of a list of words: the list in TypeScript keeps no row out. */
export function knownWords(columns: Record<string, AnyPgColumn>): PgTableExtraConfigValue[] {
  // What the rules of a table are given knows names only; the table's own columns know their words.
  const [first] = Object.values(columns)
  if (!first) return []
  return Object.values(getTableColumns(first.table)).flatMap((column) => {
    const words = column.enumValues ?? []
    if (words.length === 0) return []
    const name = snakeCase(column.name)
    const list = words.map((word) => `'${word}'`).join(', ')
    return [check(`${getTableName(first.table)}_${name}_word`, sql.raw(`${name} in (${list})`))]
  })
}

/** A table behind the wall: `(tenant_id, id)` is its key, `rules` adds policies, keys and indexes. */
export const tenantTable = <N extends string, C extends Record<string, PgColumnBuilderBase>>(
  name: N,
  columns: C,
  rules: (t: Parameters<NonNullable<Parameters<typeof pgTable<N, TenantKeys & C>>[2]>>[0]) => PgTableExtraConfigValue[],
) =>
  pgTable(name, { tenantId: tenantKey(), id: rowKey(), ...columns } as TenantKeys & C, (t) => {
    const keys = t as unknown as { tenantId: AnyPgColumn; id: AnyPgColumn }
    return [primaryKey({ columns: [keys.tenantId, keys.id] }), ...knownWords(t), ...rules(t)]
  })

/** A reference that cannot leave the tenant: both columns are the foreign key. */
export const within = (columns: [AnyPgColumn, AnyPgColumn], target: [AnyPgColumn, AnyPgColumn]) =>
  foreignKey({ columns, foreignColumns: target })
