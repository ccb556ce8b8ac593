import { sql } from 'drizzle-orm'
import {
  boolean,
  char,
  check,
  date,
  doublePrecision,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { ofTenant } from './identity.ts'
import {
  guestReads,
  instant,
  kernelReads,
  publicReads,
  staffReads,
  systemReads,
  tenantTable,
  within,
} from './policy.ts'
import { resourceMembership } from './resource.ts'

/** The tenant's public name and its words to patients. One row a tenant. */
export const organization = tenantTable(
  'organization',
  {
    name: text().notNull(),
    kind: text({ enum: ['primary-care', 'urgent-care'] }).notNull(),
    npi: char({ length: 10 }),
    phone: text().notNull(),
    notice: text().notNull(),
    noticeVersion: text().notNull(),
    isDemo: boolean().notNull().default(false),
  },
  (t) => [
    ofTenant(t.tenantId),
    unique().on(t.tenantId),
    ...staffReads(),
    ...guestReads('true'),
    ...systemReads(),
    ...kernelReads(),
  ],
)

/** A place of care, in the zone of its coordinate. */
export const location = tenantTable(
  'location',
  {
    name: text().notNull(),
    addressLine: text().notNull(),
    city: text().notNull(),
    state: char({ length: 2 }).notNull(),
    postalCode: char({ length: 5 }).notNull(),
    lat: doublePrecision().notNull(),
    lng: doublePrecision().notNull(),
    timeZone: text().notNull(),
    phone: text().notNull(),
  },
  (t) => [ofTenant(t.tenantId), ...staffReads(), ...guestReads('true'), ...systemReads(), ...kernelReads()],
)

/** Someone who sees patients. `resourceId` is their time: one across locations and tenants. */
export const practitioner = tenantTable(
  'practitioner',
  {
    resourceId: uuid().notNull(),
    displayName: text().notNull(),
    credential: text(),
    languages: text().array().notNull(),
  },
  (t) => [
    ofTenant(t.tenantId),
    within([t.tenantId, t.resourceId], [resourceMembership.tenantId, resourceMembership.resourceId]),
    index().on(t.resourceId),
    ...staffReads(),
    ...guestReads('true'),
    ...systemReads(),
    ...kernelReads(),
  ],
)

/** A visit reason (FHIR HealthcareService): how long it takes, for whom, and by what rules it is booked. */
export const service = tenantTable(
  'service',
  {
    name: text().notNull(),
    durationMinutes: integer().notNull(),
    bufferBeforeMinutes: integer().notNull().default(0),
    bufferAfterMinutes: integer().notNull().default(0),
    stepMinutes: integer().notNull().default(15),
    modality: text({ enum: ['in-person', 'video', 'phone'] }).notNull(),
    audience: text({ enum: ['new', 'returning', 'both'] }).notNull(),
    minimumAgeYears: integer().notNull().default(0),
    maximumAgeYears: integer().notNull().default(150),
    minimumNoticeMinutes: integer().notNull().default(120),
    horizonDays: integer().notNull().default(90),
    cancelUntilMinutes: integer().notNull().default(1440),
    priceAmount: integer(),
    priceCurrency: char({ length: 3 }),
  },
  (t) => [
    ofTenant(t.tenantId),
    check('service_length', sql`${t.durationMinutes} between 5 and 600`),
    check(
      'service_buffers',
      sql`${t.bufferBeforeMinutes} between 0 and 240 and ${t.bufferAfterMinutes} between 0 and 240`,
    ),
    check('service_step', sql`${t.stepMinutes} between 5 and 240 and 1440 % ${t.stepMinutes} = 0`),
    check('service_horizon', sql`${t.horizonDays} between 1 and 365`),
    check('service_price', sql`(${t.priceAmount} is null) = (${t.priceCurrency} is null)`),
    ...staffReads(),
    ...guestReads('true'),
    ...systemReads(),
    ...kernelReads(),
  ],
)

/**
 * The truth behind a listing (FHIR PractitionerRole): one practitioner at one location, or, without a
 * practitioner, the location's own service. It shares its id with the published `listing`.
 */
export const practitionerRole = tenantTable(
  'practitioner_role',
  {
    slug: text().notNull().unique(),
    practitionerId: uuid(),
    locationId: uuid().notNull(),
    specialty: text().notNull(),
    acceptsNewPatients: boolean().notNull().default(true),
    publishedAt: instant(),
  },
  (t) => [
    ofTenant(t.tenantId),
    within([t.tenantId, t.locationId], [location.tenantId, location.id]),
    within([t.tenantId, t.practitionerId], [practitioner.tenantId, practitioner.id]),
    index().on(t.id),
    index().on(t.tenantId, t.locationId),
    index().on(t.tenantId, t.practitionerId),
    ...staffReads(),
    ...guestReads('true'),
    ...systemReads(),
    ...kernelReads(),
  ],
)

/** Which services a listing offers, in the order shown. */
export const listingService = pgTable(
  'listing_service',
  {
    tenantId: uuid().notNull(),
    listingId: uuid().notNull(),
    serviceId: uuid().notNull(),
    position: integer().notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.tenantId, t.listingId, t.serviceId] }),
    within([t.tenantId, t.listingId], [practitionerRole.tenantId, practitionerRole.id]),
    within([t.tenantId, t.serviceId], [service.tenantId, service.id]),
    index().on(t.listingId, t.position),
    ...staffReads(),
    ...guestReads('true'),
    ...systemReads(),
    ...kernelReads(),
  ],
)

/** A specialty in patients' words; `words` are the synonyms that search forgives. Reference data. */
export const specialty = pgTable(
  'specialty',
  {
    code: text().primaryKey(),
    name: text().notNull(),
    nameEs: text().notNull(),
    words: text().notNull().default(''),
  },
  () => [...publicReads(), ...kernelReads()],
)

/** A ZIP code's centroid, or a city's. Reference data. */
export const place = pgTable(
  'place',
  {
    postalCode: char({ length: 5 }).primaryKey(),
    city: text().notNull(),
    state: char({ length: 2 }).notNull(),
    lat: doublePrecision().notNull(),
    lng: doublePrecision().notNull(),
  },
  (t) => [index('place_city').on(sql`lower(${t.city})`, t.state), ...publicReads()],
)

/** A stretch of whole local dates on which a location does not open. */
export const closure = tenantTable(
  'closure',
  {
    locationId: uuid().notNull(),
    fromDate: date().notNull(),
    untilDate: date().notNull(),
    reason: text().notNull(),
  },
  (t) => [
    within([t.tenantId, t.locationId], [location.tenantId, location.id]),
    index().on(t.tenantId, t.locationId),
    check(
      'closure_bounded',
      sql`isfinite(${t.fromDate}) and isfinite(${t.untilDate}) and ${t.fromDate} <= ${t.untilDate} and ${t.untilDate} - ${t.fromDate} <= 366`,
    ),
    ...staffReads(),
    ...kernelReads(),
  ],
)
