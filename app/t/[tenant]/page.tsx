import { CalendarX2 } from 'lucide-react'
import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { staffOfPage } from '#app/_server/session.ts'
import { now, withStaff } from '#db/doors.ts'
import { type DayBlock, type DayListing, type DayVisit, dayBlocks, dayVisits, desk } from '#domain/booking/day.ts'
import { dateLabel, dayLabel, localDate, zoneLabel } from '#lib/time.ts'
import { EmptyState } from '#ui/empty-state.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { DayBar } from './day-bar.tsx'
import { dayWindow, pickDate } from './day-window.ts'
import { ListingDay } from './listing-day.tsx'

type Props = {
  params: Promise<{ tenant: string }>
  searchParams: Promise<{ date?: string; location?: string; practitioner?: string }>
}

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('staff'))('day.title'), robots: { index: false } }
}

/** The day as a list per practitioner and location. */
export default async function Day({ params, searchParams }: Props) {
  const [{ tenant }, asked] = await Promise.all([params, searchParams])
  const actor = await staffOfPage(tenant)
  const [t, locale, moment] = await Promise.all([getTranslations('staff.day'), getLocale(), now()])
  const { listings, shown, visits, blocks, date, zone } = await withStaff(actor, async (tx) => {
    const { listings } = await desk(tx)
    const shown = listings.filter(
      (listing) =>
        (!asked.location || listing.locationId === asked.location) &&
        (!asked.practitioner || listing.practitioner === asked.practitioner),
    )
    const zone = shown[0]?.timeZone ?? listings[0]?.timeZone ?? 'UTC'
    const date = pickDate(asked.date, moment, zone)
    const { from, to } = dayWindow(date)
    const ids = shown.map((listing) => listing.id)
    const [visits, blocks] = await Promise.all([dayVisits(tx, ids, from, to), dayBlocks(tx, ids, from, to)])
    return { listings, shown, visits, blocks, date, zone }
  })
  const noon = new Date(`${date}T12:00Z`)
  const days = onDay(shown, visits, blocks, date)
  const zones = new Set(shown.map((listing) => listing.timeZone))
  return (
    <div className="flex flex-col gap-6">
      <PageHeading
        title={dayLabel(noon, 'UTC', locale, { year: true })}
        lead={zones.size === 1 ? t('zone', { zone: zoneLabel(noon, zone, locale) }) : undefined}
      />
      <DayBar tenant={tenant} date={date} today={localDate(moment, zone)} listings={listings} asked={asked} />
      {days.length === 0 && (
        <EmptyState icon={<CalendarX2 />} title={t('emptyTitle')}>
          <p>{t('empty', { date: dateLabel(date, locale) })}</p>
        </EmptyState>
      )}
      {days.map((day, index) => (
        <ListingDay
          key={day.listing.id}
          tenant={tenant}
          {...day}
          nth={days.slice(0, index + 1).filter(({ listing }) => isNamesake(listing, day.listing)).length}
          moment={moment}
          locale={locale}
          date={date}
          isZoneNamed={zones.size > 1}
          mayBlock={actor.role !== 'auditor' && actor.role !== 'billing'}
        />
      ))}
    </div>
  )
}

/** Each listing with what stands on its own local date; listings with an empty day last. */
function onDay(listings: DayListing[], visits: DayVisit[], blocks: DayBlock[], date: string) {
  const days = listings.map((listing) => ({
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
  const isEmpty = (day: (typeof days)[number]) => day.visits.length + day.blocks.length === 0
  return days.some((day) => !isEmpty(day)) ? [...days.filter((day) => !isEmpty(day)), ...days.filter(isEmpty)] : []
}

const isNamesake = (one: DayListing, other: DayListing): boolean =>
  one.location === other.location && (one.practitioner ?? '') === (other.practitioner ?? '')
