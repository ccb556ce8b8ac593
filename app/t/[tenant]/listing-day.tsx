import { getTranslations } from '#app/_server/i18n.ts'
import type { DayListing } from '#domain/booking/day.ts'
import { localDate, timeLabel, zoneLabel } from '#lib/time.ts'
import { DataTable, type Row } from '#ui/staff/data-table.tsx'
import { BlockedTime } from './blocked-time.tsx'
import type { DayList } from './day-lists.ts'
import { type DeskView, Span, visitCells, visitColumns } from './visit-cells.tsx'

type Props = DayList & {
  /** The how many-eth list of this name at this place it is: each has a name of its own. */
  nth: number
  date: string
  isZoneNamed: boolean
  /** The visit that is open beside the list. */
  selected?: string
  view: DeskView
}

type DayWords = Awaited<ReturnType<typeof getTranslations<'staff.day'>>>
/** The words over the day's columns: the table's head on a wide screen, a label in each row on a phone. */
export const columnWords = (t: DayWords) => ({
  time: t('columns.time'),
  patient: t('columns.patient'),
  born: t('columns.born'),
  phone: t('columns.phone'),
  service: t('columns.service'),
  status: t('columns.status'),
  steps: t('columns.steps'),
})

/** One practitioner's day at one place, in time's order, with a line where now is. */
export async function ListingDay({ listing, visits, blocks, nth, date, isZoneNamed, selected, view }: Props) {
  const t = await getTranslations('staff.day')
  const { timeZone: zone } = listing
  const entries: { at: Date; row: Row }[] = [
    ...visits.map((visit) => ({
      at: visit.startsAt,
      row: { id: visit.id, isCurrent: visit.id === selected, cells: visitCells(visit, zone, view) },
    })),
    ...blocks.map((block) => ({
      at: block.startsAt,
      row: {
        id: block.id,
        cells: {
          time: <Span startsAt={block.startsAt} endsAt={block.endsAt} zone={zone} locale={view.locale} />,
          patient: <span className="text-ink-soft wrap-anywhere">{block.reason}</span>,
          status: <BlockedTime tenant={view.tenant} block={block} query={view.query} mayRemove={view.may.block} />,
        },
      },
    })),
    ...nowLine(listing, date, view, t),
  ].sort((a, b) => a.at.getTime() - b.at.getTime())
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="text-lg font-bold">{listing.practitioner ?? listing.location}</h2>
        <p className="text-ink-soft">
          {isZoneNamed ? `${listing.location} · ${zoneLabel(view.moment, zone, view.locale)}` : listing.location}
        </p>
      </div>
      <DataTable
        caption={t('caption', { ...called(listing), nth })}
        columns={visitColumns(columnWords(t), view.may)}
        rows={entries.map((entry) => entry.row)}
      />
    </div>
  )
}

const called = (listing: DayListing) => ({ name: listing.practitioner ?? listing.location, place: listing.location })

/** Today's list has a line at the present minute. */
const nowLine = (listing: DayListing, date: string, { moment, locale }: DeskView, t: DayWords) =>
  localDate(moment, listing.timeZone) === date
    ? [
        {
          at: moment,
          row: { id: 'now', line: t('now', { time: timeLabel(moment, listing.timeZone, locale) }), cells: {} },
        },
      ]
    : []
