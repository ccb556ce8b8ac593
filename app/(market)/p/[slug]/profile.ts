import { cache } from 'react'
import { now, type PublicTx, withPublic } from '#db/doors.ts'
import type { ListingProfile } from '#db/schema/listing.ts'
import { type FreeTime, freeTimes } from '#domain/availability/read.ts'
import { DateText, InstantText } from '#domain/booking/input.ts'
import { listingBySlug, type PublishedListing } from '#domain/directory/read.ts'
import { AppError } from '#lib/errors.ts'
import { localDate, plusDays } from '#lib/time.ts'

export type Service = ListingProfile['services'][number]

/** Local dates, both ends included. */
export type Days = { first: string; last: string }

/** A listing as its page shows it: the service chosen, two weeks of its free times, and what lies around them. */
export type Profile = PublishedListing & {
  service: Service
  days: Days
  times: FreeTime[]
  /** The next free time after those days, when there is none in them. */
  nextTime: FreeTime | undefined
  /** First days of the two weeks before and after; undefined where nothing can be booked. */
  earlier: string | undefined
  later: string | undefined
  now: Date
}

/** What the page's address asks for, as given. */
type Asked = { service: string | undefined; from: string | undefined; missed: string | undefined }

const slugShape = /^[a-z0-9-]{1,200}$/
const daysShown = 14
const dayMs = 86_400_000
/** No clock is further from UTC. */
const widestOffsetMs = 14 * 3_600_000

/**
 * Everything that the page of a listing shows, read once a request; undefined when there is no such page. A service that
 * is not the listing's counts as its first, a day that is none as today.
 */
export const profileOf = cache(
  async (slug: string, service?: string, from?: string, missed?: string): Promise<Profile | undefined> => {
    if (!slugShape.test(slug)) return undefined
    const moment = await now()
    try {
      return await withPublic((tx) => read(tx, slug, { service, from, missed }, moment))
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return undefined
      throw error
    }
  },
)

async function read(tx: PublicTx, slug: string, asked: Asked, moment: Date): Promise<Profile> {
  const listing = await listingBySlug(tx, slug)
  const { services } = listing.profile
  const service = services.find(({ id }) => id === asked.service) ?? services[0]
  if (!service) throw new AppError('not_found', 'listing_unknown')
  const { timeZone } = listing
  const today = localDate(moment, timeZone)
  const end = plusDays(today, service.horizonDays)
  const first = firstDay(asked, timeZone, { first: today, last: end })
  const days = { first, last: plusDays(first, daysShown - 1) }
  const wanted = { listingIds: [listing.id], serviceId: service.id }
  const times = (await freeTimes(tx, { ...wanted, ...around(days) })).filter(({ startsAt }) => {
    const date = localDate(startsAt, timeZone)
    return date >= days.first && date <= days.last
  })
  const later = days.last < end ? plusDays(days.last, 1) : undefined
  const [nextTime] =
    times.length === 0 && later
      ? await freeTimes(tx, { ...wanted, ...around({ first: later, last: end }), perListing: 1 })
      : []
  return {
    ...listing,
    service,
    days,
    times,
    nextTime,
    earlier: first > today ? [today, plusDays(first, -daysShown)].sort().at(-1) : undefined,
    later,
    now: moment,
  }
}

/** The day to begin with: the one asked for, the one of a time just missed, else the first that can be booked. */
function firstDay({ from, missed }: Asked, timeZone: string, bookable: Days): string {
  const instant = InstantText.safeParse(missed).data
  const wanted = DateText.safeParse(from).data ?? (instant && localDate(instant, timeZone)) ?? bookable.first
  return [bookable.first, wanted, bookable.last].sort()[1] ?? bookable.first
}

/** Instants that hold the days whole, whatever the zone. */
const around = ({ first, last }: Days): { from: Date; to: Date } => ({
  from: new Date(Date.parse(`${first}T00:00Z`) - widestOffsetMs),
  to: new Date(Date.parse(`${last}T00:00Z`) + dayMs + widestOffsetMs),
})
