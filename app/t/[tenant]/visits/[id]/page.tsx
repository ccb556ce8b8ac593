import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getLocale, getTranslations } from 'next-intl/server'
import { staffOfPage } from '#app/_server/session.ts'
import { now, withStaff } from '#db/doors.ts'
import { maybeSame, visitHistory } from '#domain/booking/day.ts'
import { visit as readVisit, type Visit } from '#domain/booking/read.ts'
import { openSteps } from '#domain/booking/rules.ts'
import { mayStaff } from '#domain/identity/authorize.ts'
import { AppError } from '#lib/errors.ts'
import { isId } from '#lib/ids.ts'
import { dateLabel, localDate, whenLabel } from '#lib/time.ts'
import { LinkButton } from '#ui/button.tsx'
import { Notice } from '#ui/notice.tsx'
import { WithPanel } from '#ui/staff/shell.tsx'
import { SidePanel } from '#ui/staff/side-panel.tsx'
import { SummaryList } from '#ui/summary-list.tsx'
import { progressAction } from '../../actions.ts'
import Day from '../../page.tsx'
import { StepForm } from '../../step-form.client.tsx'
import { VisitStatus } from '../../visit-status.tsx'
import { History } from './history.tsx'

type Props = { params: Promise<{ tenant: string; id: string }>; searchParams: Promise<{ date?: string }> }

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('staff'))('visit.title'), robots: { index: false } }
}

/** A visit beside its day; on a phone by itself. */
export default async function VisitPage({ params, searchParams }: Props) {
  const [{ tenant, id }, { date }] = await Promise.all([params, searchParams])
  const actor = await staffOfPage(tenant)
  if (!isId(id) || !mayStaff(actor.role, 'appointment:read')) notFound()
  const found = await withStaff(actor, async (tx) => {
    const visit = await readVisit(tx, id)
    const [history, twins] = await Promise.all([visitHistory(tx, id), maybeSame(tx, id)])
    return { visit, history, twins }
  }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound()
    throw error
  })
  const { visit, history, twins } = found
  const [t, locale] = await Promise.all([getTranslations('staff.visit'), getLocale()])
  const day = date ?? localDate(visit.startsAt, visit.timeZone)
  const back = `/t/${tenant}?date=${day}`
  return (
    <WithPanel
      panel={
        <SidePanel
          id="visit"
          title={`${visit.patient.givenName} ${visit.patient.familyName}`}
          subtitle={whenLabel(visit.startsAt, visit.timeZone, locale)}
          closeHref={back}
          closeLabel={t('close')}
          footer={<Steps tenant={tenant} visit={visit} may={mayStaff(actor.role, 'appointment:progress')} day={day} />}
        >
          <VisitStatus status={visit.status} />
          {twins.length > 0 && (
            <Notice tone="warn" title={t('sameTitle')}>
              {twins.map((twin) => (
                <p key={twin.patient}>{t('same', twin)}</p>
              ))}
            </Notice>
          )}
          <Facts visit={visit} locale={locale} />
          <History entries={history} zone={visit.timeZone} locale={locale} />
        </SidePanel>
      }
    >
      <Day params={Promise.resolve({ tenant })} searchParams={Promise.resolve({ date: day })} />
    </WithPanel>
  )
}

async function Facts({ visit, locale }: { visit: Visit; locale: string }) {
  const [t, words] = await Promise.all([getTranslations('staff.visit'), getTranslations('visitWords')])
  const { patient, bookedBy } = visit
  const contact = (given: { email: string | null; phone: string | null }) =>
    [given.email, given.phone].filter(Boolean).join(' · ')
  const rows = [
    { term: t('birthDate'), value: dateLabel(patient.birthDate, locale) },
    { term: t('contact'), value: contact(patient) || t('none') },
    ...(bookedBy
      ? [
          {
            term: t('bookedBy'),
            value: `${bookedBy.givenName} ${bookedBy.familyName} (${t(`relationships.${bookedBy.relationship as 'parent'}`)}) ${contact(bookedBy)}`,
          },
        ]
      : []),
    { term: words('what'), value: visit.service },
    { term: words('who'), value: visit.practitioner ?? visit.location },
    { term: words('where'), value: visit.location },
    { term: t('message'), value: t(`confirmation.${visit.confirmation}`) },
    ...(visit.cancelledBy ? [{ term: t('cancelledBy'), value: t(`by.${visit.cancelledBy}`) }] : []),
  ]
  return <SummaryList rows={rows} isPlain />
}

/** The steps that the state table has from here, and cancelling on a page of its own. */
async function Steps({ tenant, visit, may, day }: { tenant: string; visit: Visit; may: boolean; day: string }) {
  const t = await getTranslations('staff.visit')
  if (!may) return null
  const steps = openSteps(visit.status, visit.startsAt, await now())
  if (steps.length === 0) return null
  return steps.map((step) =>
    step === 'cancel' ? (
      <LinkButton key={step} href={`/t/${tenant}/visits/${visit.id}/cancel?date=${day}`} size="small" tone="quiet">
        {t('steps.cancel')}
      </LinkButton>
    ) : (
      <StepForm
        key={step}
        action={progressAction.bind(null, tenant)}
        fields={{ appointmentId: visit.id, step, back: `/visits/${visit.id}?date=${day}` }}
        label={t(`steps.${step}`)}
        busyLabel={t('saving')}
        tone={step === 'arrive' ? 'primary' : undefined}
      />
    ),
  )
}
