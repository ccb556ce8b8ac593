import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { flashed } from '#app/_server/flash.ts'
import { keptGuest } from '#app/_server/guest.ts'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { now, readAsGuest } from '#db/doors.ts'
import { moveTimes } from '#domain/availability/read.ts'
import type { Visit } from '#domain/booking/read.ts'
import { changeableUntil } from '#domain/booking/rules.ts'
import { newId } from '#lib/ids.ts'
import { dayLabel, durationLabel, localDate, timeLabel, whenLabel, zoneLabel } from '#lib/time.ts'
import type { DayOfTimes } from '#ui/day-times.tsx'
import { Page } from '#ui/page.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { Pagination } from '#ui/pagination.tsx'
import { keptVisit } from '../kept.ts'
import { Lost } from '../lost.tsx'
import { TooLate } from '../too-late.tsx'
import { MoveForm } from './form.client.tsx'

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ weeks?: string }> }

const dayMs = 86_400_000
const daysShown = 14
const mostWeeks = 24

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('visit'))('moveTitle'), robots: { index: false } }
}

/** The policy first, then the times; opening this page changes nothing. */
export default async function Move({ params, searchParams }: Props) {
  const [{ id }, { weeks = '0' }] = await Promise.all([params, searchParams])
  const visit = await keptVisit(id)
  if (!visit) return <Lost />
  if (visit.status !== 'booked') redirect(`/visit/${id}`)
  const [t, fields, locale, moment] = await Promise.all([
    getTranslations('visit'),
    getTranslations('fields'),
    getLocale(),
    now(),
  ])
  const skip = Math.min(Math.max(Number.parseInt(weeks, 10) || 0, 0), mostWeeks)
  const from = new Date(moment.getTime() + skip * 7 * dayMs)
  const isLate = moment > changeableUntil(visit.startsAt, visit.cancelUntilMinutes)
  const at = (to: number) => `/visit/${id}/move?weeks=${to}`
  return (
    <Page width="form" className="flex flex-col gap-6">
      <PageHeading
        title={t('moveTitle')}
        lead={t('moveLead', { when: whenLabel(visit.startsAt, visit.timeZone, locale) })}
        back={{ href: `/visit/${id}`, label: t('backToVisit') }}
      />
      {isLate ? (
        <TooLate visit={visit} />
      ) : (
        <>
          <p className="max-w-prose">
            {visit.cancelUntilMinutes > 0
              ? t('movePolicy', { until: durationLabel(visit.cancelUntilMinutes, locale) })
              : t('movePolicyAlways')}
          </p>
          <p className="text-ink-soft">{t('zone', { zone: zoneLabel(visit.startsAt, visit.timeZone, locale) })}</p>
          <MoveForm
            id={id}
            days={await freeDays(visit, from, locale)}
            initial={await flashed(`/visit/${id}/move`)}
            words={{
              none: t('moveNone', { phone: visit.phone }),
              context: t('moveContext'),
              moving: t('moving'),
              errorTitle: fields('errorTitle'),
            }}
          />
          <Pagination
            label={t('moveTitle')}
            previous={skip > 0 ? { href: at(Math.max(skip - 2, 0)), label: t('earlier') } : undefined}
            next={skip < mostWeeks ? { href: at(skip + 2), label: t('later') } : undefined}
          />
        </>
      )}
    </Page>
  )
}

/** Two weeks of free times from `from`; the visit's own time counts as free, since it can be moved by a little. */
async function freeDays(visit: Visit, from: Date, locale: string): Promise<DayOfTimes[]> {
  const to = new Date(from.getTime() + daysShown * dayMs)
  const { serviceId, timeZone } = visit
  const actor = await keptGuest('appointment', visit.id)
  const times = await readAsGuest(actor, (tx) => moveTimes(tx, { visitId: visit.id, from, to }))
  const others = times.filter((time) => time.startsAt.getTime() !== visit.startsAt.getTime())
  const byDay = Map.groupBy(others, (time) => localDate(time.startsAt, timeZone))
  return [...byDay].map(([date, free]) => ({
    date,
    label: dayLabel(free[0]?.startsAt ?? from, timeZone, locale),
    times: free.map(({ startsAt }) => ({
      value: `${serviceId}~${startsAt.toISOString()}~${newId()}`,
      label: timeLabel(startsAt, timeZone, locale),
    })),
  }))
}
