import type { DayBlock, DayListing, DayVisit } from '#domain/booking/day.ts'
import { DayText } from '#domain/booking/input.ts'
import { localDate } from '#lib/time.ts'

const dayMs = 86_400_000

/** The local date asked for when it is one of the years 2000 to 2199, else today's in `zone`. */
export const pickDate = (asked: unknown, moment: Date, zone: string): string =>
  DayText.safeParse(asked).data ?? localDate(moment, zone)

/** The instants that can belong to a local date anywhere on earth: zones run from UTC−12 to UTC+14. */
export const dayWindow = (date: string): { from: Date; to: Date } => {
  const midnight = Date.parse(`${date}T00:00Z`)
  return { from: new Date(midnight - 14 * 3_600_000), to: new Date(midnight + dayMs + 12 * 3_600_000) }
}

/** What the desk asked to see, as it stands in the address. */
export type Asked = { date?: string; location?: string; practitioner?: string; q?: string }

/** The same question as a query, for links and for the way back; `changed` replaces parts of it. */
export function asQuery(asked: Asked, changed: Partial<Asked> = {}): string {
  const { date, location, practitioner, q } = { ...asked, ...changed }
  const given = Object.entries({ date, location, practitioner, q }).filter(
    (part): part is [string, string] => typeof part[1] === 'string' && part[1] !== '',
  )
  return given.length > 0 ? `?${new URLSearchParams(given)}` : ''
}

export type DayList = { listing: DayListing; visits: DayVisit[]; blocks: DayBlock[] }

/** Each listing with what stands on its own local date: visits on the date they start, blocks on each date they touch. */
export const onDay = (listings: DayListing[], visits: DayVisit[], blocks: DayBlock[], date: string): DayList[] =>
  listings.map((listing) => ({
    listing,
    visits: visits.filter(
      (visit) => visit.listingId === listing.id && localDate(visit.startsAt, listing.timeZone) === date,
    ),
    blocks: blocks.filter(
      (block) =>
        block.listingId === listing.id &&
        localDate(block.startsAt, listing.timeZone) <= date &&
        localDate(new Date(block.endsAt.getTime() - 1), listing.timeZone) >= date,
    ),
  }))

const plain = (words: string): string => words.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** Whether each word of `q` is somewhere in the name; accents and case don't matter. */
export const isNamed = (name: string, q: string): boolean =>
  plain(q)
    .split(/\s+/)
    .every((word) => plain(name).includes(word))

export type Expected = { visit: DayVisit; listing: DayListing }
const expectedAtOnce = 6
const lookAheadMs = 2 * 3_600_000

/** Whom the desk sees next: booked or here, not over, starting within two hours; earliest first, at most six. */
export const expectedNext = (lists: DayList[], moment: Date): Expected[] =>
  lists
    .flatMap(({ listing, visits }) => visits.map((visit) => ({ visit, listing })))
    .filter(
      ({ visit }) =>
        (visit.status === 'booked' || visit.status === 'arrived') &&
        visit.endsAt > moment &&
        visit.startsAt.getTime() <= moment.getTime() + lookAheadMs,
    )
    .sort((one, other) => one.visit.startsAt.getTime() - other.visit.startsAt.getTime())
    .slice(0, expectedAtOnce)
