import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { flashed } from '#app/_server/flash.ts'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { staffOfPage } from '#app/_server/session.ts'
import { now, readAsStaff } from '#db/doors.ts'
import type { Visit } from '#domain/booking/read.ts'
import { openSteps } from '#domain/booking/rules.ts'
import { viewVisit } from '#domain/booking/viewVisit.ts'
import { helpFor } from '#domain/directory/red-flags.ts'
import { mayStaff } from '#domain/identity/authorize.ts'
import { AppError } from '#lib/errors.ts'
import { isId } from '#lib/ids.ts'
import { phoneLabel } from '#lib/phone.ts'
import { dateLabel, localDate, whenLabel } from '#lib/time.ts'
import { LinkButton } from '#ui/button.tsx'
import { TextLink } from '#ui/link.tsx'
import { Notice } from '#ui/notice.tsx'
import { WithPanel } from '#ui/staff/shell.tsx'
import { SidePanel } from '#ui/staff/side-panel.tsx'
import { SummaryList } from '#ui/summary-list.tsx'
import { progressAction } from '../../actions.ts'
import { type Asked, asQuery } from '../../day-lists.ts'
import Day from '../../page.tsx'
import { StepForm } from '../../step-form.client.tsx'
import { VisitStatus } from '../../visit-status.tsx'
import { History } from './history.tsx'

type Props = { params: Promise<{ tenant: string; id: string }>; searchParams: Promise<Asked> }

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('staff'))('visit.title'), robots: { index: false } }
}

/** A visit beside its day; on a phone by itself. */
export default async function VisitPage({ params, searchParams }: Props) {
  const [{ tenant, id }, asked] = await Promise.all([params, searchParams])
  const actor = await staffOfPage(tenant)
  if (!isId(id) || !mayStaff(actor.role, 'appointment:read')) notFound()
  const found = await readAsStaff(actor, (tx) => viewVisit(tx, id)).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound()
    throw error
  })
  const { visit, history, twins } = found
  const [t, locale, refused] = await Promise.all([
    getTranslations('staff.visit'),
    getLocale(),
    flashed(`/t/${tenant}/visits/${id}`),
  ])
  const question = { ...asked, date: asked.date ?? localDate(visit.startsAt, visit.timeZone) }
  const query = asQuery(question)
  return (
    <WithPanel
      panel={
        <SidePanel
          id="visit"
          title={`${visit.patient.givenName} ${visit.patient.familyName}`}
          subtitle={whenLabel(visit.startsAt, visit.timeZone, locale)}
          closeHref={`/t/${tenant}${query}`}
          closeLabel={t('close')}
          footer={
            <Steps tenant={tenant} visit={visit} may={mayStaff(actor.role, 'appointment:progress')} query={query} />
          }
        >
          {refused.status === 'error' && refused.message && <Notice tone="warn" title={refused.message} />}
          <Urgent visit={visit} />
          <div>
            <VisitStatus status={visit.status} />
          </div>
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
      <Day params={Promise.resolve({ tenant })} searchParams={Promise.resolve({ ...question, selected: id })} />
    </WithPanel>
  )
}

async function Facts({ visit, locale }: { visit: Visit; locale: string }) {
  const [t, words] = await Promise.all([getTranslations('staff.visit'), getTranslations('visitWords')])
  const { patient, bookedBy } = visit
  const rows = [
    { term: t('birthDate'), value: dateLabel(patient.birthDate, locale) },
    { term: t('contact'), value: <Contact {...patient} none={t('none')} /> },
    ...(bookedBy
      ? [
          {
            term: t('bookedBy'),
            value: (
              <>
                {bookedBy.givenName} {bookedBy.familyName} ({t(`relationships.${bookedBy.relationship as 'parent'}`)})
                <Contact {...bookedBy} />
              </>
            ),
          },
        ]
      : []),
    { term: words('what'), value: visit.service },
    { term: words('who'), value: visit.practitioner ?? visit.location },
    { term: words('where'), value: visit.location },
    { term: t('message'), value: t(`confirmation.${visit.confirmation}`) },
    ...(visit.cancelledBy ? [{ term: t('cancelledBy'), value: t(`by.${visit.cancelledBy}`) }] : []),
    ...(patientsReason(visit) ? [{ term: t('reason'), value: patientsReason(visit) }] : []),
  ]
  return <SummaryList rows={rows} isPlain />
}

/** What the patient wrote when they cancelled; the clinic's own reasons are codes for the message. */
const patientsReason = ({ cancelledBy, cancelationReason }: Visit): string =>
  cancelledBy === 'patient' ? (cancelationReason ?? '') : ''

/** Says that the patient's words sound like an emergency: they were shown whom to call, and nobody knows whether they did. */
async function Urgent({ visit }: { visit: Visit }) {
  if (helpFor(patientsReason(visit)).length === 0) return null
  const t = await getTranslations('staff.visit')
  return (
    <Notice tone="warn" title={t('urgentTitle')}>
      {t('urgent')}
    </Notice>
  )
}

/** Ways to reach someone, each to press. */
function Contact({ email, phone, none = '' }: { email: string | null; phone: string | null; none?: string }) {
  if (!email && !phone) return none
  return (
    <span className="flex flex-col items-start wrap-anywhere">
      {phone && <TextLink href={`tel:${phone}`}>{phoneLabel(phone)}</TextLink>}
      {email && <TextLink href={`mailto:${email}`}>{email}</TextLink>}
    </span>
  )
}

/** The steps that the state table has from here, and cancelling on a page of its own. */
async function Steps({ tenant, visit, may, query }: { tenant: string; visit: Visit; may: boolean; query: string }) {
  const t = await getTranslations('staff.visit')
  if (!may) return null
  const steps = openSteps(visit.status, visit.startsAt, await now())
  if (steps.length === 0) return null
  return steps.map((step) =>
    step === 'cancel' ? (
      <LinkButton key={step} href={`/t/${tenant}/visits/${visit.id}/cancel${query}`} size="small" tone="quiet">
        {t('steps.cancel')}
      </LinkButton>
    ) : (
      <StepForm
        key={step}
        action={progressAction.bind(null, tenant)}
        fields={{ appointmentId: visit.id, step, from: visit.status, back: `/visits/${visit.id}${query}` }}
        label={t(`steps.${step}`)}
        busyLabel={t('saving')}
        tone={step === 'arrive' ? 'primary' : undefined}
      />
    ),
  )
}
