import { sql } from 'drizzle-orm'
import { boolean, date, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { cube, guestReads, instant, kernelKeeps, publicReads, staffReads, tsvector } from './policy.ts'

/** What a result card shows. Its keys are tested: nothing else is published. */
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
 * `place` is a point on the unit sphere. `next_available_at` and `free_days` (bit n: free on `hinted_on` + n) are
 * hints for sorting; what is shown is read live.
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
    nextAvailableAt: instant(),
    freeDays: integer().notNull().default(0),
    hintedOn: date(),
    refreshedAt: instant().notNull().defaultNow(),
  },
  (t) => [
    index('listing_near').using('gist', t.place),
    index('listing_specialty_near').using('gist', t.specialty, t.place),
    index('listing_search').using('gin', t.search),
    index().on(t.tenantId),
    index().on(t.refreshedAt),
    ...publicReads(),
    ...staffReads(),
    ...guestReads('true'),
    ...kernelKeeps(),
  ],
)

/** The words that listings are found by: a small dictionary for forgiving typos. */
export const term = pgTable('term', { word: text().primaryKey(), listings: integer().notNull() }, (t) => [
  index('term_trigram').using('gin', sql`${t.word} gin_trgm_ops`),
  ...publicReads(),
  ...kernelKeeps(),
])
