import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getLocale, getTranslations } from 'next-intl/server'
import { flashed } from '#app/_server/flash.ts'
import { keptGuest } from '#app/_server/guest.ts'
import { now, withGuest } from '#db/doors.ts'
import { type HeldVisit, heldVisit } from '#domain/booking/read.ts'
import { legalVersions } from '#domain/booking/rules.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { timeLabel, zoneLabel } from '#lib/time.ts'
import { LinkButton } from '#ui/button.tsx'
import { Countdown } from '#ui/countdown.client.tsx'
import { LocalZoneNote } from '#ui/local-zone-note.client.tsx'
import { Page } from '#ui/page.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { SubmitOnce } from '#ui/submit-once.client.tsx'
import { extendAction, giveBackAction } from '../actions.ts'
import { BookingForm } from './form.client.tsx'
import { HeldSummary } from './summary.tsx'
import { formWords } from './words.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('book')
  return { title: t('title'), robots: { index: false } }
}

/** The held time, or undefined when it is gone; someone who already booked it is sent to their visit. */
async function heldOrGone(id: string): Promise<HeldVisit | undefined> {
  try {
    const actor = await keptGuest('hold', id)
    return await withGuest(actor, (tx) => heldVisit(tx, id))
  } catch (error) {
    if (!(error instanceof AppError) || (error.code !== 'not_found' && error.code !== 'hold_expired')) throw error
    if (await keptGuest('appointment', id).catch(() => undefined)) redirect(`/visit/${id}`)
    return undefined
  }
}

export default async function Book({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const [held, t] = await Promise.all([heldOrGone(id), getTranslations('book')])
  if (!held) {
    return (
      <Page width="form" className="flex flex-col gap-6">
        <PageHeading title={t('gone.title')} lead={t('gone.lead')} />
        <LinkButton href="/find" tone="primary" className="self-start">
          {t('gone.find')}
        </LinkButton>
      </Page>
    )
  }
  const locale = await getLocale()
  return (
    <Page className="flex flex-col gap-6">
      <PageHeading
        title={t('title')}
        lead={t('lead', { clinic: held.organization })}
        back={{ href: `/p/${held.slug}#times`, label: t('back') }}
      />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_22rem] lg:gap-10">
        <aside className="flex flex-col gap-4 lg:order-2 lg:sticky lg:top-6">
          <HeldSummary held={held} locale={locale} />
          <LocalZoneNote
            instant={held.startsAt.toISOString()}
            zone={held.timeZone}
            locale={locale}
            words={t.raw('onYourClock')}
          />
        </aside>
        <div className="flex min-w-0 flex-col gap-6">
          <HoldLeft held={held} locale={locale} />
          <BookingForm
            id={held.id}
            slug={held.slug}
            formKey={newId()}
            serviceId={held.serviceId}
            timeZone={held.timeZone}
            locale={locale}
            versions={{ ...legalVersions, notice: held.noticeVersion }}
            initial={await flashed(`/book/${held.id}`)}
            asksReturning={held.audience !== 'both' || !held.acceptsNewPatients}
            words={await formWords(held)}
          />
          <form action={giveBackAction.bind(null, held.id, held.slug)}>
            <SubmitOnce tone="quiet" busyLabel={t('givingBack')}>
              {t('giveBack')}
            </SubmitOnce>
          </form>
        </div>
      </div>
    </Page>
  )
}

/** How long the time is kept, and a way to ask for more while there is more to have. */
async function HoldLeft({ held, locale }: { held: HeldVisit; locale: string }) {
  const t = await getTranslations('book.hold')
  const until = `${timeLabel(held.expiresAt, held.timeZone, locale)} ${zoneLabel(held.expiresAt, held.timeZone, locale)}`
  const canExtend = held.isLive && held.expiresAt < held.extendableUntil
  return (
    <Countdown
      expiresAt={held.expiresAt.toISOString()}
      serverNow={(await now()).toISOString()}
      locale={locale}
      words={{
        until: held.isLive ? t('until', { until }) : t('over'),
        left: t.raw('left'),
        lastMinute: t('lastMinute'),
        over: t('over'),
      }}
    >
      {canExtend && (
        <form action={extendAction.bind(null, held.id)}>
          <SubmitOnce size="small" busyLabel={t('extending')}>
            {t('extend')}
          </SubmitOnce>
        </form>
      )}
    </Countdown>
  )
}
