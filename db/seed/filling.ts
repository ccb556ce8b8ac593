import { hash32 } from './random.ts'

/** Today and four days more look lived in everywhere; where someone signs in, two weeks do, the second lighter. */
export const nearDays = 5
export const shownDays = 14
const fullShownDays = 7
/** The clinic that is full is so for three weeks. */
export const fullDays = 22

/** From yesterday on, so that the clinic's list of today has visits that are over. */
export const firstDay = -1

export type DemoListings = { ids: string[]; full: ReadonlySet<string>; shown: ReadonlySet<string> }

/** How full a listing is in its near days, 0.4 to 1: always the same for one listing. */
const habitOf = (listingId: string): number => 0.4 + 0.6 * ((hash32(`habit ${listingId}`) % 1000) / 999)

/**
 * The chance that a place for a visit is taken `day` days from the day of the seed: 40 to 100 in a hundred in the near
 * days; a full clinic has none left for three weeks; only showcases have a yesterday and, lighter, a second week.
 */
export function shareOn({ full, shown }: Pick<DemoListings, 'full' | 'shown'>, listingId: string, day: number): number {
  if (full.has(listingId)) return day < fullDays ? 1 : 0
  if (!shown.has(listingId)) return day >= 0 && day < nearDays ? habitOf(listingId) : 0
  if (day >= shownDays) return 0
  return day < fullShownDays ? habitOf(listingId) : habitOf(listingId) * 0.4
}

/**
 * The share to add on a later day, `passed` days after the calendars were last filled: what was near stays as it is,
 * what was light becomes near, and new days come in at the end.
 */
export function shareLater(
  listings: Pick<DemoListings, 'full' | 'shown'>,
  listingId: string,
  day: number,
  passed: number,
): number {
  const wanted = shareOn(listings, listingId, day)
  const earlier = shareOn(listings, listingId, day + passed)
  return earlier >= wanted ? 0 : (wanted - earlier) / (1 - earlier)
}
