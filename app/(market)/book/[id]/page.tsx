import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { confirmKey } from '#app/_server/confirm-key.ts'
import { flashed } from '#app/_server/flash.ts'
import { keptGuest } from '#app/_server/guest.ts'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { now, readAsGuest } from '#db/doors.ts'
import { bookedUnder, type HeldVisit, heldVisit } from '#domain/booking/read.ts'
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
import { giveBackAction, openBookedAction } from '../actions.ts'
import { BookingForm } from './form.client.tsx'
import { HeldSummary } from './summary.tsx'
import { formWords } from './words.ts'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('book')
  return { title: t('title'), robots: { index: false } }
}

/** The held time; 'booked' when this browser confirmed it and does not know it, 'gone' when there is neither. */
async function heldOrNot(id: string): Promise<HeldVisit | 'booked' | 'gone'> {
  if (await keptGuest('appointment', id).catch(() => undefined)) redirect(`/visit/${id}`)
  const actor = await keptGuest('hold', id).catch(unlessMissing)
  if (!actor) return 'gone'
  const key = await confirmKey(id)
  return readAsGuest(actor, async (tx) => {
    const held = await heldVisit(tx, id).catch(unlessMissing)
    return held ?? (key && (await bookedUnder(tx, id, key)) ? 'booked' : 'gone')
  })
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof AppError) || (error.code !== 'not_found' && error.code !== 'hold_expired')) throw error
}

async function NotHeld({ id, isBooked }: { id: string; isBooked: boolean }) {
  const t = await getTranslations('book')
  const part = isBooked ? 'booked' : 'gone'
  return (
    <Page width="form" className="flex flex-col gap-6">
      <PageHeading title={t(`${part}.title`)} lead={t(`${part}.lead`)} />
      {isBooked ? (
        <form action={openBookedAction.bind(null, id)}>
          <SubmitOnce tone="primary" busyLabel={t('booked.opening')}>
            {t('booked.open')}
          </SubmitOnce>
        </form>
      ) : (
        <LinkButton href="/find" tone="primary" className="self-start">
          {t('gone.find')}
        </LinkButton>
      )}
    </Page>
  )
}

export default async function Book({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const [held, t] = await Promise.all([heldOrNot(id), getTranslations('book')])
  if (held === 'gone' || held === 'booked') return <NotHeld id={id} isBooked={held === 'booked'} />
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
        <div className="group/left flex min-w-0 flex-col gap-6">
          <BookingForm
            id={held.id}
            slug={held.slug}
            formKey={(await confirmKey(id)) ?? newId()}
            serviceId={held.serviceId}
            timeZone={held.timeZone}
            locale={locale}
            versions={{ ...legalVersions, notice: held.noticeVersion }}
            initial={await flashed(`/book/${held.id}`)}
            asksReturning={held.audience !== 'both' || !held.acceptsNewPatients}
            mustAnswerReturning={held.audience === 'returning' || !held.acceptsNewPatients}
            words={await formWords(held)}
          >
            <HoldLeft held={held} locale={locale} />
          </BookingForm>
          <form
            action={giveBackAction.bind(null, held.id, held.slug)}
            className="group-has-[#alternatives-title]/left:hidden"
          >
            <SubmitOnce tone="quiet" busyLabel={t('givingBack')} className="max-sm:w-full sm:-ms-4">
              {t('giveBack')}
            </SubmitOnce>
          </form>
        </div>
      </div>
    </Page>
  )
}

/** How long the time is kept, and a button of the form around it that asks for more while there is more to have. */
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
        <SubmitOnce name="more" value="1" size="small" busyLabel={t('extending')}>
          {t('extend')}
        </SubmitOnce>
      )}
    </Countdown>
  )
}
