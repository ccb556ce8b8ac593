import { Clock, PhoneCall } from 'lucide-react'
import type { ReactNode } from 'react'
import { getTranslations } from '#app/_server/i18n.ts'
import type { DayVisit } from '#domain/booking/day.ts'
import { openSteps } from '#domain/booking/rules.ts'
import { phoneLabel } from '#lib/phone.ts'
import { dateLabel, timeLabel } from '#lib/time.ts'
import { Badge } from '#ui/badge.tsx'
import { TextLink } from '#ui/link.tsx'
import type { Column } from '#ui/staff/data-table.tsx'
import { progressAction } from './actions.ts'
import { StepForm } from './step-form.client.tsx'
import { VisitStatus } from './visit-status.tsx'

/** What each row of a day needs to know beside its visit. */
export type DeskView = {
  tenant: string
  /** The day's question, so that a visit's page comes back to it. */
  query: string
  moment: Date
  locale: string
  /** What the person's role may do. */
  may: { read: boolean; progress: boolean; block: boolean }
}

type Words = Record<'time' | 'patient' | 'born' | 'phone' | 'service' | 'status' | 'steps', string>

/**
 * The columns of a day, each as wide in every list; what matters least goes first where there is no room. For a role that
 * sees no charts the service stands where the patient would.
 */
export const visitColumns = (words: Words, { read, progress }: DeskView['may'], who?: string): Column[] => [
  { key: 'time', label: words.time, className: 'w-31 whitespace-nowrap' },
  { key: 'patient', label: read ? words.patient : words.service },
  ...(who ? [{ key: 'who', label: who, className: '@max-[40rem]:hidden' }] : []),
  ...(read
    ? [
        { key: 'born', label: words.born, className: 'w-42 whitespace-nowrap @max-[60rem]:hidden' },
        { key: 'phone', label: words.phone, className: 'w-36 whitespace-nowrap @max-[52rem]:hidden' },
      ]
    : []),
  ...(who || !read ? [] : [{ key: 'service', label: words.service, className: 'w-56 @max-[40rem]:hidden' }]),
  { key: 'status', label: words.status, className: 'w-28 @max-[32rem]:hidden' },
  ...(progress
    ? [{ key: 'steps', label: words.steps, isLabelHidden: true, className: 'w-52 print:hidden @max-[32rem]:w-28' }]
    : []),
]

/** From when to when, in the zone of the place. */
export const Span = ({ startsAt, endsAt, zone, locale }: { startsAt: Date; endsAt: Date } & Zoned) => (
  <span className="tabular-nums">
    <time dateTime={startsAt.toISOString()}>{timeLabel(startsAt, zone, locale)}</time>–{timeLabel(endsAt, zone, locale)}
  </span>
)
type Zoned = { zone: string; locale: string }

/** A visit as the cells of a row. */
export const visitCells = (visit: DayVisit, zone: string, view: DeskView): Record<string, ReactNode> => ({
  time: <Span startsAt={visit.startsAt} endsAt={visit.endsAt} zone={zone} locale={view.locale} />,
  patient: <Patient visit={visit} view={view} />,
  born: visit.birthDate && <span className="tabular-nums">{dateLabel(visit.birthDate, view.locale)}</span>,
  phone: visit.phone && (
    <TextLink href={`tel:${visit.phone}`} className="tabular-nums">
      {phoneLabel(visit.phone)}
    </TextLink>
  ),
  service: visit.service,
  status: <VisitStatus status={visit.status} />,
  steps: <RowSteps visit={visit} view={view} />,
})

async function Patient({ visit, view }: { visit: DayVisit; view: DeskView }) {
  const t = await getTranslations('staff.day')
  const isLate = visit.status === 'booked' && visit.startsAt <= view.moment && view.moment < visit.endsAt
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1 wrap-anywhere">
      {view.may.read ? (
        <TextLink href={`/t/${view.tenant}/visits/${visit.id}${view.query}`} className="font-semibold">
          {visit.patient}
        </TextLink>
      ) : (
        <span className="font-semibold">{visit.patient ?? visit.service}</span>
      )}
      {isLate && (
        <Badge tone="warn" icon={<Clock aria-hidden />}>
          {t('late')}
        </Badge>
      )}
      {visit.isUnreached && (
        <Badge tone="warn" icon={<PhoneCall aria-hidden />}>
          {t('unreached')}
        </Badge>
      )}
      <span className="@min-[32rem]:hidden">
        <VisitStatus status={visit.status} />
      </span>
    </span>
  )
}

/** The steps that one press does in place: cancelling has a page of its own, rarer ones stand with the visit. */
async function RowSteps({ visit, view }: { visit: DayVisit; view: DeskView }) {
  if (visit.status === 'cancelled') return null
  const t = await getTranslations('staff.visit')
  const { status } = visit
  const steps = openSteps(status, visit.startsAt, view.moment).filter(
    (step) => step !== 'cancel' && !(step === 'fulfil' && status === 'booked'),
  )
  return (
    <span className="flex flex-wrap justify-end gap-1">
      {steps.map((step) => (
        <StepForm
          key={step === 'undo' || step === 'noshow' ? step : 'on'}
          action={progressAction.bind(null, view.tenant)}
          fields={{ appointmentId: visit.id, step, from: status }}
          label={t(step === 'undo' ? 'steps.undoShort' : `steps.${step}`)}
          context={visit.patient ?? visit.service}
          busyLabel={t('saving')}
          doneLabel={t('saved')}
          tone={step === 'undo' || step === 'noshow' ? 'quiet' : undefined}
        />
      ))}
    </span>
  )
}
