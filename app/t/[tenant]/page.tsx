import { CalendarX2 } from 'lucide-react'
import type { Metadata } from 'next'
import { flashed } from '#app/_server/flash.ts'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { staffOfPage } from '#app/_server/session.ts'
import { PrintButton } from '#app/_shell/print.client.tsx'
import type { StaffActor } from '#db/actor.ts'
import { now, readAsStaff } from '#db/doors.ts'
import { desk } from '#domain/booking/day.ts'
import { viewDay } from '#domain/booking/viewDay.ts'
import { mayStaff } from '#domain/identity/authorize.ts'
import { dateLabel, dayLabel, localDate, zoneLabel } from '#lib/time.ts'
import { EmptyState } from '#ui/empty-state.tsx'
import { Notice } from '#ui/notice.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { DayBar, DayNav } from './day-bar.tsx'
import { type Asked, asQuery, type DayList, dayWindow, expectedNext, isNamed, onDay, pickDate } from './day-lists.ts'
import { Expected } from './expected.tsx'
import { ListingDay } from './listing-day.tsx'
import type { DeskView } from './visit-cells.tsx'

type Props = { params: Promise<{ tenant: string }>; searchParams: Promise<Asked & { selected?: string }> }

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('staff'))('day.title'), robots: { index: false } }
}

/** The day as a list per practitioner and location; above it, today, whom the desk sees next. */
export default async function Day({ params, searchParams }: Props) {
  const [{ tenant }, { selected, ...asked }] = await Promise.all([params, searchParams])
  const actor = await staffOfPage(tenant)
  const [t, locale, moment, refused] = await Promise.all([
    getTranslations('staff.day'),
    getLocale(),
    now(),
    flashed(`/t/${tenant}`),
  ])
  const { listings, shown, visits, blocks, date, zone } = await read(actor, asked, moment)
  const noon = new Date(`${date}T12:00Z`)
  const today = localDate(moment, zone)
  const may = {
    read: mayStaff(actor.role, 'appointment:read'),
    progress: mayStaff(actor.role, 'appointment:progress'),
    block: mayStaff(actor.role, 'time:block'),
  }
  const view: DeskView = { tenant, query: asQuery(asked, { date }), moment, locale, may }
  const q = may.read && typeof asked.q === 'string' ? asked.q.trim() : ''
  const all = onDay(shown, visits, blocks, date)
  const lists = q ? named(all, q) : all
  const full = lists.filter((list) => list.visits.length + list.blocks.length > 0)
  const zones = [...new Set((full.length > 0 ? full : all).map(({ listing }) => listing.timeZone))]
  return (
    <div className="flex flex-col gap-6">
      <PageHeading
        title={dayLabel(noon, 'UTC', locale, { year: true })}
        lead={
          <>
            {zones.length === 1 && t('zone', { zone: zoneLabel(noon, zones[0] ?? zone, locale) })}{' '}
            {t('tally', tally(full))}
          </>
        }
        actions={
          <>
            <DayNav tenant={tenant} date={date} today={today} asked={asked} />
            <PrintButton label={t('print')} />
          </>
        }
      />
      <DayBar tenant={tenant} date={date} listings={listings} asked={asked} mayFind={may.read} />
      {refused.status === 'error' && refused.message && <Notice tone="warn" title={refused.message} />}
      {date === today && full.length > 1 && !q && <Expected next={expectedNext(full, moment)} view={view} />}
      {full.length === 0 && (
        <EmptyState icon={<CalendarX2 />} title={t(q ? 'unnamedTitle' : 'emptyTitle')}>
          <p>
            {q ? t('unnamed', { q, date: dateLabel(date, locale) }) : t('empty', { date: dateLabel(date, locale) })}
          </p>
        </EmptyState>
      )}
      <Lists lists={full} date={date} selected={selected} view={view} />
      {full.length > 0 && full.length < lists.length && (
        <p className="text-ink-soft">
          {t('without', {
            names: namesOf(
              lists.filter((list) => !full.includes(list)),
              locale,
            ),
          })}
        </p>
      )}
    </div>
  )
}

/** The clinic's listings, those asked for, and what stands on their day. */
const read = (actor: StaffActor, asked: Asked, moment: Date) =>
  readAsStaff(actor, async (tx) => {
    const { listings } = await desk(tx)
    const shown = listings.filter(
      (listing) =>
        (!asked.location || listing.locationId === asked.location) &&
        (!asked.practitioner || listing.practitioner === asked.practitioner),
    )
    const zone = shown[0]?.timeZone ?? listings[0]?.timeZone ?? 'UTC'
    const date = pickDate(asked.date, moment, zone)
    const listingIds = shown.map((listing) => listing.id)
    return { listings, shown, date, zone, ...(await viewDay(tx, { listingIds, date, ...dayWindow(date) })) }
  })

type ListsProps = { lists: DayList[]; date: string; selected?: string; view: DeskView }

const Lists = ({ lists, date, selected, view }: ListsProps) => {
  const zones = new Set(lists.map(({ listing }) => listing.timeZone))
  return lists.map((list, index) => (
    <ListingDay
      key={list.listing.id}
      {...list}
      nth={lists.slice(0, index + 1).filter((other) => isNamesake(other, list)).length}
      date={date}
      isZoneNamed={zones.size > 1}
      selected={selected}
      view={view}
    />
  ))
}

/** The lists with only the visits of the people asked for. */
const named = (lists: DayList[], q: string): DayList[] =>
  lists
    .map((list) => ({ ...list, blocks: [], visits: list.visits.filter((visit) => isNamed(visit.patient ?? '', q)) }))
    .filter((list) => list.visits.length > 0)

function tally(lists: DayList[]) {
  const visits = lists.flatMap((list) => list.visits).filter((visit) => visit.status !== 'cancelled')
  return {
    visits: visits.length,
    here: visits.filter((visit) => visit.status === 'arrived').length,
    expected: visits.filter((visit) => visit.status === 'booked').length,
  }
}

const namesOf = (lists: DayList[], locale: string): string =>
  new Intl.ListFormat(locale).format([...new Set(lists.map(({ listing }) => listing.practitioner ?? listing.location))])

const isNamesake = ({ listing: one }: DayList, { listing: other }: DayList): boolean =>
  one.location === other.location && (one.practitioner ?? '') === (other.practitioner ?? '')
