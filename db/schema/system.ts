import { sql } from 'drizzle-orm'
import { bigint, index, integer, jsonb, pgPolicy, pgRole, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import {
  identityAdds,
  instant,
  kernelKeeps,
  kernelRemoves,
  onlyColumns,
  relayWorks,
  staffReads,
  systemReads,
} from './policy.ts'

const inserts = (condition: Record<string, string>) =>
  Object.entries(condition).map(([role, check]) =>
    pgPolicy(`${role.replace('medley_', '')}_insert`, {
      for: 'insert',
      to: pgRole(role).existing(),
      withCheck: sql.raw(check),
    }),
  )

/** What is to happen after a commit: read by the relay, in order per aggregate. Payloads carry ids, nothing else. */
export const outbox = pgTable(
  'outbox',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    tenantId: uuid().notNull(),
    topic: text().notNull(),
    aggregateId: uuid().notNull(),
    requestId: text(),
    createdAt: instant().notNull().defaultNow(),
    availableAt: instant().notNull().defaultNow(),
    leasedUntil: instant(),
    attempts: integer().notNull().default(0),
    /** When the relay had acted on it: for `booking.*`, told its workflow. */
    doneAt: instant(),
    /** `booking.*`: when nothing was left to tell the patient of it, because it was sent, given up or overtaken. */
    toldAt: instant(),
    deadAt: instant(),
    reason: text(),
  },
  (t) => [
    index('outbox_undone').on(t.id).where(sql`done_at is null and dead_at is null`),
    index('outbox_of_tenant').on(t.tenantId, t.id).where(sql`done_at is null and dead_at is null`),
    index('outbox_done').on(t.doneAt).where(sql`done_at is not null`),
    index('outbox_listing_changed')
      .on(t.tenantId, t.id)
      .where(sql`topic = 'listing.changed' and done_at is null and dead_at is null`),
    index('outbox_untold')
      .on(t.createdAt)
      .where(sql`told_at is null and dead_at is null and topic <> 'listing.changed'`),
    index('outbox_dead').on(t.id).where(sql`done_at is null and dead_at is not null`),
    index('outbox_aggregate').on(t.tenantId, t.aggregateId, t.id).where(sql`done_at is null and dead_at is null`),
    // When a row is leased, retried or done is the relay's to say: a door names what happened and nothing else.
    ...onlyColumns(
      ['tenant_id', 'topic', 'aggregate_id', 'request_id'],
      inserts({
        medley_staff: "tenant_id = (select ctx.tenant('staff'))",
        medley_guest: "tenant_id = (select ctx.tenant('guest')) and aggregate_id = (select ctx.grant_id())",
        medley_worker: "tenant_id = (select ctx.tenant('system'))",
        medley_kernel: 'true',
      }),
    ),
    ...onlyColumns(
      ['available_at', 'leased_until', 'attempts', 'done_at', 'told_at', 'dead_at', 'reason'],
      relayWorks().filter((policy) => policy.name === 'relay_update'),
    ),
    ...relayWorks().filter((policy) => policy.name === 'relay_select'),
    ...kernelRemoves(),
  ],
)

/** The answer a key already got. Reached only through `kernel.once_begin` and `kernel.once_store`. */
export const idempotency = pgTable(
  'idempotency',
  {
    scope: text().notNull(),
    route: text().notNull(),
    keyHash: text().notNull(),
    bodyHash: text().notNull(),
    result: text(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.scope, t.route, t.keyHash] }), index().on(t.createdAt), ...kernelKeeps()],
)

/**
 * How often something was done within a window: bookings of an address, messages to a contact. `key` names what is
 * counted and holds a keyed hash, never the address or the contact. Written by `kernel.count_use` alone.
 */
export const tally = pgTable(
  'tally',
  { key: text().primaryKey(), used: integer().notNull(), until: instant().notNull() },
  (t) => [index().on(t.until), ...kernelKeeps()],
)

/**
 * Who did what to which record. INSERT-only; a trigger fills tenant, actor and scope from the signed context, and no door
 * may write `at`. Partitioned by month of `at` (scripts/baseline.ts; audit.add_months), so that years of it slow nothing
 * down and old months leave whole.
 */
export const auditEvent = pgTable(
  'audit_event',
  {
    id: uuid().notNull().default(sql`uuidv7()`),
    at: instant().notNull().default(sql`clock_timestamp()`),
    tenantId: uuid(),
    scope: text().notNull().default(''),
    personId: uuid(),
    action: text().notNull(),
    entity: text().notNull(),
    entityId: uuid(),
    requestId: text(),
    details: jsonb().notNull().default({}),
  },
  (t) => [
    primaryKey({ columns: [t.id, t.at] }),
    index().on(t.tenantId, t.at),
    index().on(t.tenantId, t.entityId),
    ...staffReads(['owner', 'admin', 'auditor']),
    ...systemReads(),
    ...onlyColumns(
      ['action', 'entity', 'entity_id', 'details'],
      inserts({
        medley_staff: "tenant_id = (select ctx.tenant('staff'))",
        medley_guest: "tenant_id = (select ctx.tenant('guest')) and entity_id = (select ctx.grant_id())",
        medley_worker: "tenant_id = (select ctx.tenant('system'))",
      }),
    ),
    ...inserts({ medley_kernel: 'true' }),
    ...onlyColumns(['action', 'entity', 'entity_id', 'details', 'person_id'], identityAdds()),
  ],
)

/** Signs of life of the worker, read by /readyz. */
export const heartbeat = pgTable(
  'heartbeat',
  { name: text().primaryKey(), at: instant().notNull(), details: jsonb().notNull().default({}) },
  () => [
    ...relayWorks(),
    pgPolicy('public_select', { for: 'select', to: pgRole('medley_public').existing(), using: sql`true` }),
  ],
)
