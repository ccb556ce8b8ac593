import type { Metadata } from 'next'
import { flashed } from '#app/_server/flash.ts'
import { guestOf } from '#app/_server/guest.ts'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { readAsGuest } from '#db/doors.ts'
import { type Glance, glance } from '#domain/booking/read.ts'
import { birthDateTries } from '#domain/booking/rules.ts'
import { AppError } from '#lib/errors.ts'
import { whenLabel } from '#lib/time.ts'
import { LinkButton } from '#ui/button.tsx'
import { Card } from '#ui/card.tsx'
import { Page } from '#ui/page.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { SummaryList } from '#ui/summary-list.tsx'
import { VisitAddress } from '../../book/[id]/summary.tsx'
import { IdentifyForm } from './form.client.tsx'

type Props = { params: Promise<{ token: string }> }

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('link'))('title'), robots: { index: false }, referrer: 'same-origin' }
}

async function glanced(token: string): Promise<Glance | undefined> {
  try {
    const actor = await guestOf(decodeURIComponent(token), ['link', 'mailed'])
    return await readAsGuest(actor, (tx) => glance(tx, actor.capability.id))
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined
    throw error
  }
}

/**
 * The mailed link: when and where, until the birth date is given. Opening it changes nothing. That a visit is cancelled
 * is said at once: an older message may still tell of it as coming.
 */
export default async function Link({ params }: Props) {
  const { token } = await params
  const [seen, t, words, fields, locale] = await Promise.all([
    glanced(token),
    getTranslations('link'),
    getTranslations('visitWords'),
    getTranslations('fields'),
    getLocale(),
  ])
  if (!seen) return <Dead />
  const isCancelled = seen.status === 'cancelled'
  const tries = Array.from({ length: birthDateTries }, (_, left) => t('wrong', { tries: left }))
  return (
    <Page width="form" className="flex flex-col gap-6">
      <PageHeading
        title={isCancelled ? t('cancelledTitle') : t('title')}
        lead={isCancelled ? t('cancelledLead') : t('lead')}
      />
      <Card>
        <SummaryList
          rows={[
            {
              term: words('when'),
              value: <strong>{whenLabel(seen.startsAt, seen.timeZone, locale, { year: true })}</strong>,
            },
            { term: words('where'), value: <VisitAddress place={seen} /> },
          ]}
        />
      </Card>
      <IdentifyForm
        token={token}
        initial={await flashed(`/m/${token}`)}
        words={{
          birthDate: fields('birthDate'),
          birthDateHint: fields('birthDateHint'),
          month: fields('month'),
          day: fields('day'),
          year: fields('year'),
          open: t('open'),
          opening: t('opening'),
          errorTitle: fields('errorTitle'),
          wrong: tries,
        }}
      />
    </Page>
  )
}

async function Dead() {
  const t = await getTranslations('link.dead')
  return (
    <Page width="form" className="flex flex-col gap-6">
      <PageHeading title={t('title')} lead={t('lead')} />
      <LinkButton href="/find" className="self-start">
        {t('find')}
      </LinkButton>
    </Page>
  )
}
