import { CalendarPlus, MapPin } from 'lucide-react'
import type { Metadata } from 'next'
import { flashed } from '#app/_server/flash.ts'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { PrintButton } from '#app/_shell/print.client.tsx'
import { RedFlagPanel } from '#app/_shell/red-flag-panel.tsx'
import { now } from '#db/doors.ts'
import type { Visit } from '#domain/booking/read.ts'
import { changeableUntil } from '#domain/booking/rules.ts'
import { helpFor } from '#domain/directory/red-flags.ts'
import { tellableReason } from '#domain/notification/rules.ts'
import { durationLabel, whenLabel } from '#lib/time.ts'
import { LinkButton } from '#ui/button.tsx'
import { Card } from '#ui/card.tsx'
import { TextLink } from '#ui/link.tsx'
import { LocalZoneNote } from '#ui/local-zone-note.client.tsx'
import { Notice } from '#ui/notice.tsx'
import { Page } from '#ui/page.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { SummaryList } from '#ui/summary-list.tsx'
import { directionsTo } from '../../_find/directions.ts'
import { VisitAddress } from '../../book/[id]/summary.tsx'
import { AddressForm } from './address.client.tsx'
import { keptVisit } from './kept.ts'
import { Lost } from './lost.tsx'
import { NextSteps } from './next-steps.tsx'
import { TooLate } from './too-late.tsx'

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ moved?: string; address?: string }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('visit')
  return { title: t('title'), robots: { index: false } }
}

export default async function VisitPage({ params, searchParams }: Props) {
  const [{ id }, asked] = await Promise.all([params, searchParams])
  const visit = await keptVisit(id)
  if (!visit) return <Lost />
  const [t, locale] = await Promise.all([getTranslations('visit'), getLocale()])
  const titles = { booked: t('bookedTitle'), cancelled: t('cancelledTitle') } as Record<string, string>
  return (
    <Page className="flex flex-col gap-6">
      <PageHeading
        title={titles[visit.status] ?? t('title')}
        lead={whenLabel(visit.startsAt, visit.timeZone, locale, { year: true })}
      />
      <LocalZoneNote
        instant={visit.startsAt.toISOString()}
        zone={visit.timeZone}
        locale={locale}
        words={(await getTranslations('visitWords')).raw('onYourClock')}
      />
      {asked.moved && visit.status === 'booked' && <Notice tone="good">{t('moved')}</Notice>}
      {visit.status === 'cancelled' && <Cancelled visit={visit} />}
      <div className="grid items-start gap-6 lg:grid-cols-2 lg:gap-10">
        <div className="flex flex-col gap-6">
          <Facts visit={visit} locale={locale} />
          {visit.status === 'booked' && <Change visit={visit} locale={locale} />}
        </div>
        {visit.status === 'booked' && (
          <div className="flex flex-col gap-6">
            <NextSteps visit={visit} locale={locale} />
            <Messages visit={visit} saved={asked.address === 'changed'} />
          </div>
        )}
      </div>
    </Page>
  )
}

async function Cancelled({ visit }: { visit: Visit }) {
  const [t, mail] = await Promise.all([getTranslations('visit'), getTranslations('mail.cancelled_by_clinic')])
  const byClinic = t('cancelledByClinic', { reason: mail(`reasons.${tellableReason(visit.cancelationReason)}`) })
  const help = visit.cancelledBy === 'patient' ? helpFor(visit.cancelationReason ?? undefined) : []
  return (
    <>
      <RedFlagPanel help={help}>
        <p className="max-w-prose">{t('notRead')}</p>
      </RedFlagPanel>
      {visit.cancelledBy === 'clinic' ? (
        <Notice tone="warn">{byClinic}</Notice>
      ) : (
        <Notice>{t('cancelledByYou')}</Notice>
      )}
      <LinkButton href={`/p/${visit.slug}?service=${visit.serviceId}#times`} tone="primary" className="self-start">
        {t('bookAgain')}
      </LinkButton>
    </>
  )
}

async function Facts({ visit, locale }: { visit: Visit; locale: string }) {
  const [t, words] = await Promise.all([getTranslations('visit'), getTranslations('visitWords')])
  const minutes = (visit.endsAt.getTime() - visit.startsAt.getTime()) / 60_000
  const line = words('serviceLine', {
    service: visit.service,
    length: durationLabel(minutes, locale),
    modality: words(`modality.${visit.modality}`),
  })
  const rows = [
    { term: words('when'), value: <strong>{whenLabel(visit.startsAt, visit.timeZone, locale)}</strong> },
    ...(visit.practitioner ? [{ term: words('who'), value: visit.practitioner }] : []),
    { term: words('what'), value: line },
    {
      term: words('where'),
      value: (
        <>
          <VisitAddress place={visit} />
          <PhoneLink phone={visit.phone} />
        </>
      ),
    },
    { term: t('for'), value: `${visit.patient.givenName} ${visit.patient.familyName}` },
    ...(visit.bookedBy
      ? [{ term: t('bookedFor'), value: `${visit.bookedBy.givenName} ${visit.bookedBy.familyName}` }]
      : []),
  ]
  return (
    <Card as="section" aria-labelledby="facts-title">
      <h2 id="facts-title" className="text-lg font-bold">
        {words('yourVisit')}
      </h2>
      <SummaryList rows={rows} />
      {visit.status === 'booked' && (
        <div className="flex flex-wrap gap-3 pt-4 print:hidden">
          <LinkButton href={`/visit/${visit.id}/calendar`} icon={<CalendarPlus aria-hidden />}>
            {t('calendar')}
          </LinkButton>
          <LinkButton href={directionsTo(visit)} rel="noreferrer" icon={<MapPin aria-hidden />}>
            {t('directions')}
          </LinkButton>
          <PrintButton label={t('print')} />
        </div>
      )}
    </Card>
  )
}

const PhoneLink = ({ phone }: { phone: string }) => (
  <TextLink href={`tel:${phone}`} className="whitespace-nowrap">
    {phone}
  </TextLink>
)

async function Change({ visit, locale }: { visit: Visit; locale: string }) {
  const [t, moment] = await Promise.all([getTranslations('visit'), now()])
  const until = changeableUntil(visit.startsAt, visit.cancelUntilMinutes)
  const isOpen = moment <= until
  return (
    <Card as="section" aria-labelledby="change-title" className="flex flex-col gap-4 print:hidden">
      <h2 id="change-title" className="text-lg font-bold">
        {t('change')}
      </h2>
      {isOpen ? (
        <>
          <p className="text-ink-soft">
            {t.rich('changeUntil', {
              when: whenLabel(until, visit.timeZone, locale),
              phone: () => <PhoneLink phone={visit.phone} />,
            })}
          </p>
          <div className="flex flex-wrap gap-3">
            <LinkButton href={`/visit/${visit.id}/move`} className="max-sm:w-full">
              {t('move')}
            </LinkButton>
            <LinkButton href={`/visit/${visit.id}/cancel`} tone="quiet" className="max-sm:w-full">
              {t('cancel')}
            </LinkButton>
          </div>
        </>
      ) : (
        <TooLate visit={visit} />
      )}
    </Card>
  )
}

async function Messages({ visit, saved }: { visit: Visit; saved: boolean }) {
  const [t, fields] = await Promise.all([getTranslations('visit'), getTranslations('fields')])
  const words = {
    open: t('wrongAddress'),
    label: t('newEmail'),
    save: t('saveEmail'),
    saving: t('savingEmail'),
    errorTitle: fields('errorTitle'),
  }
  return (
    <section id="messages" className="flex flex-col gap-3 print:hidden">
      {saved && <Notice tone="good">{t('emailSaved')}</Notice>}
      <AddressForm id={visit.id} initial={await flashed(`/visit/${visit.id}`)} words={words} />
    </section>
  )
}
