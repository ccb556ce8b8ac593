import type { ListingCard } from '#db/schema/listing.ts'
import type { Typed } from './words.ts'

/** A free time of a hit. */
export type HitTime = { serviceId: string; startsAt: Date; endsAt: Date }

/** One result. `times` are live: at most three, the earliest of the days asked for. */
export type Hit = {
  id: string
  slug: string
  /** The specialty's code; its name is `card.specialty`. */
  specialty: string
  card: ListingCard
  /** Along the sphere, one decimal; null without a place to measure from. Order and value agree. */
  distanceKm: number | null
  times: HitTime[]
}

/**
 * How many matches have each value, most first: each facet as if it were not filtered by itself. Counted over at most
 * 2,000 candidates; `more` says that there are others.
 */
export type Facets = {
  specialty: { value: string; name: string; count: number }[]
  language: { value: string; count: number }[]
  more: boolean
}

/** A place on the map and how it is called. */
export type NamedPoint = { lat: number; lng: number; label: string }

export type Found = {
  hits: Hit[]
  facets: Facets
  /** How many match, counted up to 2,000; `more` says that there are others. */
  total: { count: number; more: boolean }
  /** `next` is the cursor of the page after this one, null on the last. */
  page: { next: string | null; hasMore: boolean }
  /** What was looked for in the end: typos corrected, words that nothing is called left out; null without words. */
  typed: Typed | null
  /** Nothing matched all the words, so that these match only some of them. */
  isPartial: boolean
  /** Where distances are measured from; null when nowhere was asked for. */
  near: NamedPoint | null
  checkedAt: Date
}

const earthRadiusKm = 6371.0088

/** The chord, on a sphere of radius 1, between points that are `km` apart along it. */
export const chordOf = (km: number): number => 2 * Math.sin(Math.min(Math.PI / 2, km / (2 * earthRadiusKm)))

/** The distance along the sphere for a chord of the unit sphere, in kilometres with one decimal. */
export const kilometresOf = (chord: number): number =>
  Math.round(2 * earthRadiusKm * Math.asin(Math.min(1, chord / 2)) * 10) / 10

/** A point of the unit sphere as the text of a `cube`, computed as `kernel.refresh_listing` does. */
export function cubeOf({ lat, lng }: { lat: number; lng: number }): string {
  const [phi, lambda] = [(lat * Math.PI) / 180, (lng * Math.PI) / 180]
  return `(${Math.cos(phi) * Math.cos(lambda)}, ${Math.cos(phi) * Math.sin(lambda)}, ${Math.sin(phi)})`
}
