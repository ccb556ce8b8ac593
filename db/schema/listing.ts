import { sql } from 'drizzle-orm'
import { boolean, date, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { cube, guestReads, instant, kernelKeeps, publicReads, staffReads, tsvector } from './policy.ts'

/** What a result card shows. Nothing else is published: `listing.db.test.ts` compares the keys. */
export type ListingCard = {
  name: string
  kind: string
  specialty: string
  organization: string
  location: {
    name: string
    address: string
    city: string
    state: string
    postalCode: string
    lat: number
    lng: number
    timeZone: string
  }
  languages: string[]
  acceptsNewPatients: boolean
  services: ListedService[]
}

export type ListedService = {
  id: string
  name: string
  durationMinutes: number
  modality: 'in-person' | 'video' | 'phone'
  price: { amount: number; currency: string } | null
}

/** What the profile page says beyond the card. */
export type ListingProfile = {
  phone: string
  credential: string | null
  notice: string
  noticeVersion: string
  isDemo: boolean
  services: (ListedService & {
    audience: 'new' | 'returning' | 'both'
    minimumAgeYears: number
    maximumAgeYears: number
    minimumNoticeMinutes: number
    horizonDays: number
    cancelUntilMinutes: number
  })[]
}

/**
 * What can be found and booked: publishable columns of published rows, written by `kernel.refresh_listing` alone.
 * `place` is a point on the unit sphere.
 */
export const listing = pgTable(
  'listing',
  {
    id: uuid().primaryKey(),
    tenantId: uuid().notNull(),
    locationId: uuid().notNull(),
    slug: text().notNull().unique(),
    specialty: text().notNull(),
    languages: text().array().notNull(),
    acceptsNewPatients: boolean().notNull(),
    serviceNames: text().array().notNull(),
    timeZone: text().notNull(),
    place: cube().notNull(),
    card: jsonb().$type<ListingCard>().notNull(),
    profile: jsonb().$type<ListingProfile>().notNull(),
    search: tsvector().notNull(),
  },
  (t) => [
    index('listing_near').using('gist', t.place),
    index('listing_specialty_near').using('gist', t.specialty, t.place),
    index('listing_search').using('gin', t.search),
    index().on(t.tenantId),
    ...publicReads(),
    ...staffReads(),
    ...guestReads('true'),
    ...kernelKeeps(),
  ],
)

/**
 * When a listing is likely free: hints for sorting, written by `kernel.refresh_hints` alone; what is shown is read live.
 * Bit n of `free_days`: free on `hinted_on` + n. Apart from `listing`, because they change with every booking and it
 * does not: its indexes answer without its rows as long as these rest.
 */
export const listingHint = pgTable(
  'listing_hint',
  {
    listingId: uuid()
      .primaryKey()
      .references(() => listing.id, { onDelete: 'cascade' }),
    nextAvailableAt: instant(),
    freeDays: integer().notNull().default(0),
    hintedOn: date().notNull(),
    refreshedAt: instant().notNull(),
  },
  (t) => [index().on(t.nextAvailableAt), index().on(t.refreshedAt), ...publicReads(), ...kernelKeeps()],
)

/** The words that listings are found by: a small dictionary for forgiving typos. */
export const term = pgTable('term', { word: text().primaryKey(), listings: integer().notNull() }, (t) => [
  index('term_trigram').using('gin', sql`${t.word} gin_trgm_ops`),
  ...publicReads(),
  ...kernelKeeps(),
])
