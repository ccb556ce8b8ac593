import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { flashed } from '#app/_server/flash.ts'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { now } from '#db/doors.ts'
import { changeableUntil } from '#domain/booking/rules.ts'
import { newId } from '#lib/ids.ts'
import { whenLabel } from '#lib/time.ts'
import { LinkButton } from '#ui/button.tsx'
import { Page } from '#ui/page.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { keptVisit } from '../kept.ts'
import { Lost } from '../lost.tsx'
import { TooLate } from '../too-late.tsx'
import { CancelForm } from './form.client.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('visit'))('cancelTitle'), robots: { index: false } }
}

/** The policy first, then the question; opening this page changes nothing. */
export default async function Cancel({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const visit = await keptVisit(id)
  if (!visit) return <Lost />
  if (visit.status !== 'booked') redirect(`/visit/${id}`)
  const [t, fields, locale] = await Promise.all([getTranslations('visit'), getTranslations('fields'), getLocale()])
  const until = changeableUntil(visit.startsAt, visit.cancelUntilMinutes)
  return (
    <Page width="form" className="flex flex-col gap-6">
      <PageHeading
        title={t('cancelTitle')}
        lead={whenLabel(visit.startsAt, visit.timeZone, locale)}
        back={{ href: `/visit/${id}`, label: t('backToVisit') }}
      />
      {(await now()) > until ? (
        <TooLate visit={visit} />
      ) : (
        <>
          <p className="max-w-prose">{t('cancelPolicy', { until: whenLabel(until, visit.timeZone, locale) })}</p>
          <CancelForm
            id={id}
            formKey={newId()}
            initial={await flashed(`/visit/${id}/cancel`)}
            words={{
              reason: t('cancelReason'),
              optional: t('optional'),
              confirm: t('cancelConfirm'),
              cancelling: t('cancelling'),
              errorTitle: fields('errorTitle'),
              call: `${visit.organization}: ${visit.phone}`,
            }}
          >
            <LinkButton href={`/visit/${id}`} tone="quiet">
              {t('keepVisit')}
            </LinkButton>
          </CancelForm>
        </>
      )}
    </Page>
  )
}
