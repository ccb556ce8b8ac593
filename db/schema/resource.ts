import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { ofTenant } from './identity.ts'
import { instant, kernelReads, knownWords, staffReads } from './policy.ts'

/** Whatever can clash: a practitioner's time, a room, a device. One row across all tenants. */
export const resource = pgTable(
  'resource',
  { id: uuid().primaryKey(), kind: text({ enum: ['practitioner', 'room', 'device'] }).notNull() },
  (t) => [...knownWords(t), ...kernelReads()],
)

/**
 * Which tenants may book and block a resource. The tenant that made the resource is a member from the start, another one
 * once the resource's own tenants agreed (`acceptedAt`). Practitioners and listings refer to the membership, so a resource
 * of another tenant cannot be taken without it; no door writes it.
 */
export const resourceMembership = pgTable(
  'resource_membership',
  {
    tenantId: uuid().notNull(),
    resourceId: uuid()
      .notNull()
      .references(() => resource.id),
    acceptedAt: instant().notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.resourceId] }), ofTenant(t.tenantId), ...staffReads(), ...kernelReads()],
)
