import { PhoneCall } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import type { DayBlock, DayListing, DayVisit } from '#domain/booking/day.ts'
import { timeLabel, zoneLabel } from '#lib/time.ts'
import { Badge } from '#ui/badge.tsx'
import { TextLink } from '#ui/link.tsx'
import { DataTable, type Row } from '#ui/staff/data-table.tsx'
import { BlockedTime } from './blocked-time.tsx'
import { VisitStatus } from './visit-status.tsx'

type Props = {
  tenant: string
  listing: DayListing
  /** The how many-eth list of this name at this place it is: each has a name of its own. */
  nth: number
  visits: DayVisit[]
  blocks: DayBlock[]
  moment: Date
  locale: string
  date: string
  isZoneNamed: boolean
  mayBlock: boolean
}

/** One practitioner's day at one place, in time's order, with a line where now is. */
export async function ListingDay({
  tenant,
  listing,
  nth,
  visits,
  blocks,
  moment,
  locale,
  date,
  isZoneNamed,
  mayBlock,
}: Props) {
  const t = await getTranslations('staff.day')
  const zone = listing.timeZone
  const span = ({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }) => (
    <span className="tabular-nums">
      <time dateTime={startsAt.toISOString()}>{timeLabel(startsAt, zone, locale)}</time>–
      {timeLabel(endsAt, zone, locale)}
    </span>
  )
  const entries: { at: Date; row: Row }[] = [
    ...visits.map((visit) => ({
      at: visit.startsAt,
      row: {
        id: visit.id,
        isCurrent: visit.startsAt <= moment && moment < visit.endsAt && visit.status !== 'cancelled',
        cells: {
          time: span(visit),
          patient: <PatientCell tenant={tenant} visit={visit} date={date} unreached={t('unreached')} />,
          service: visit.service,
          status: <VisitStatus status={visit.status} />,
        },
      },
    })),
    ...blocks.map((block) => ({
      at: block.startsAt,
      row: {
        id: block.id,
        cells: blockCells(
          span(block),
          <BlockedTime tenant={tenant} block={block} date={date} mayRemove={mayBlock} />,
          block.reason,
        ),
      },
    })),
  ].sort((a, b) => a.at.getTime() - b.at.getTime())
  const name = listing.practitioner ?? listing.location
  const place = isZoneNamed ? `${listing.location} · ${zoneLabel(moment, zone, locale)}` : listing.location
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="text-lg font-bold">{name}</h2>
        <p className="text-ink-soft">{place}</p>
      </div>
      <DataTable
        caption={t('caption', { name, place: listing.location, nth })}
        columns={[
          { key: 'time', label: t('columns.time'), className: 'whitespace-nowrap' },
          { key: 'patient', label: t('columns.patient') },
          { key: 'service', label: t('columns.service'), className: 'max-sm:hidden' },
          { key: 'status', label: t('columns.status') },
        ]}
        rows={entries.map((entry) => entry.row)}
        empty={t('nothing')}
      />
    </div>
  )
}

const blockCells = (time: ReactNode, status: ReactNode, reason: string) => ({
  time,
  patient: <span className="text-ink-soft">{reason}</span>,
  service: '',
  status,
})

const PatientCell = ({
  tenant,
  visit,
  date,
  unreached,
}: {
  tenant: string
  visit: DayVisit
  date: string
  unreached: string
}) => (
  <span className="inline-flex flex-wrap items-center gap-2">
    <TextLink href={`/t/${tenant}/visits/${visit.id}?date=${date}`} className="font-semibold">
      {visit.patient}
    </TextLink>
    {visit.isUnreached && (
      <Badge tone="warn" icon={<PhoneCall aria-hidden />}>
        {unreached}
      </Badge>
    )}
  </span>
)
