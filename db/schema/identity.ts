import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import {
  bytea,
  identityAdds,
  identityReads,
  identityRevokes,
  instant,
  kernelReads,
  staffReads,
  staffRoles,
  systemReads,
  tenantTable,
} from './policy.ts'

/** The wall: everything with a `tenant_id` belongs to one of these. */
export const tenant = pgTable(
  'tenant',
  {
    id: uuid().primaryKey(),
    slug: text().notNull().unique(),
    createdAt: instant().notNull().defaultNow(),
  },
  () => [...identityReads(), ...kernelReads()],
)

/** The tenant of a row exists. */
export const ofTenant = (tenantId: AnyPgColumn) => foreignKey({ columns: [tenantId], foreignColumns: [tenant.id] })

/** A human being, known once across all tenants. */
export const person = pgTable(
  'person',
  {
    id: uuid().primaryKey(),
    displayName: text().notNull(),
    email: text().unique(),
    isDemo: boolean().notNull().default(false),
    createdAt: instant().notNull().defaultNow(),
  },
  () => [...identityReads()],
)

/**
 * A sign-in that is good until `expiresAt`, unless revoked. The cookie carries a random secret of 32 bytes; only its
 * SHA-256 is here, so a copy of this table opens nothing. Only `revokedAt` ever changes, and only once.
 */
export const session = pgTable(
  'session',
  {
    id: uuid().primaryKey(),
    secretHash: bytea().notNull().unique(),
    personId: uuid()
      .notNull()
      .references(() => person.id),
    aal: integer().notNull().default(1),
    createdAt: instant().notNull().defaultNow(),
    expiresAt: instant().notNull(),
    revokedAt: instant(),
  },
  (t) => [
    index().on(t.personId),
    check('session_secret_hashed', sql`length(${t.secretHash}) = 32`),
    ...identityReads(),
    ...identityAdds(),
    ...identityRevokes(),
  ],
)

/** What a person may do in a tenant; with `locationId` only there. */
export const membership = tenantTable(
  'membership',
  {
    personId: uuid()
      .notNull()
      .references(() => person.id),
    role: text({ enum: staffRoles }).notNull(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [
    ofTenant(t.tenantId),
    unique().on(t.tenantId, t.personId),
    index().on(t.personId),
    ...staffReads(),
    ...systemReads(),
    ...identityReads(),
  ],
)
