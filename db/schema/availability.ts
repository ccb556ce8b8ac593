import { sql } from 'drizzle-orm'
import { check, date, index, pgTable, primaryKey, smallint, text, time, uuid } from 'drizzle-orm/pg-core'
import { practitionerRole } from './directory.ts'
import {
  boundedSpan,
  instant,
  kernelKeeps,
  kernelReads,
  knownWords,
  staffReads,
  tenantTable,
  tstzrange,
  within,
} from './policy.ts'
import { resource, resourceMembership } from './resource.ts'

/** Which resources a visit to the listing takes. */
export const listingResource = pgTable(
  'listing_resource',
  {
    tenantId: uuid().notNull(),
    listingId: uuid().notNull(),
    resourceId: uuid().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.listingId, t.resourceId] }),
    within([t.tenantId, t.listingId], [practitionerRole.tenantId, practitionerRole.id]),
    within([t.tenantId, t.resourceId], [resourceMembership.tenantId, resourceMembership.resourceId]),
    index().on(t.listingId),
    index().on(t.resourceId),
    ...staffReads(),
    ...kernelReads(),
  ],
)

/** Weekly hours in wall time of the location's zone; `weekday` 1 is Monday (ISO 8601). Overnight hours are two rules. */
export const availabilityRule = tenantTable(
  'availability_rule',
  {
    listingId: uuid().notNull(),
    weekday: smallint().notNull(),
    startsAt: time().notNull(),
    endsAt: time().notNull(),
  },
  (t) => [
    within([t.tenantId, t.listingId], [practitionerRole.tenantId, practitionerRole.id]),
    index().on(t.tenantId, t.listingId, t.weekday),
    check('availability_rule_weekday', sql`${t.weekday} between 1 and 7`),
    check('availability_rule_order', sql`${t.startsAt} < ${t.endsAt}`),
    ...staffReads(),
    ...kernelReads(),
  ],
)

/** The hours of one local date, instead of the weekly ones; without hours the date is closed. */
export const availabilityOverride = tenantTable(
  'availability_override',
  {
    listingId: uuid().notNull(),
    localDate: date().notNull(),
    startsAt: time(),
    endsAt: time(),
  },
  (t) => [
    within([t.tenantId, t.listingId], [practitionerRole.tenantId, practitionerRole.id]),
    index().on(t.tenantId, t.listingId, t.localDate),
    check(
      'availability_override_order',
      sql`(${t.startsAt} is null) = (${t.endsAt} is null) and (${t.startsAt} is null or ${t.startsAt} < ${t.endsAt})`,
    ),
    check('availability_override_finite', sql`isfinite(${t.localDate})`),
    ...staffReads(),
    ...kernelReads(),
  ],
)

/**
 * Time that a practitioner's listing is not to be booked, set by staff, at most a year. Its occupancy rows carry its id;
 * kernel.block and kernel.unblock write both together.
 */
export const timeBlock = tenantTable(
  'time_block',
  {
    listingId: uuid().notNull(),
    startsAt: instant().notNull(),
    endsAt: instant().notNull(),
    reason: text().notNull(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [
    within([t.tenantId, t.listingId], [practitionerRole.tenantId, practitionerRole.id]),
    index().on(t.tenantId, t.listingId, t.startsAt),
    check('time_block_bounded', boundedSpan(t.startsAt, t.endsAt, '366 days')),
    check('time_block_reason', sql`length(${t.reason}) between 1 and 500`),
    ...staffReads(),
    ...kernelKeeps(),
  ],
)

/**
 * The one table that decides who gets a time: no two rows of one resource overlap (EXCLUDE, in a migration by
 * hand). `during` has the buffers inside. `appointmentId` is the hold's, the appointment's or the block's id.
 * Only kernel functions touch it.
 */
export const occupancy = pgTable(
  'occupancy',
  {
    id: uuid().primaryKey().default(sql`uuidv7()`),
    resourceId: uuid()
      .notNull()
      .references(() => resource.id),
    during: tstzrange().notNull(),
    kind: text({ enum: ['hold', 'booked', 'block'] }).notNull(),
    tenantId: uuid().notNull(),
    appointmentId: uuid().notNull(),
    expiresAt: instant(),
  },
  (t) => [
    index().on(t.appointmentId),
    ...knownWords(t),
    check('occupancy_hold_expires', sql`(${t.kind} = 'hold') = (${t.expiresAt} is not null)`),
    ...kernelKeeps(),
  ],
)
