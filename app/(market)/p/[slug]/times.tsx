import { CalendarX } from 'lucide-react'
import type { ReactNode } from 'react'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { newId } from '#lib/ids.ts'
import { dayLabel, durationLabel, localDate, zoneLabel } from '#lib/time.ts'
import { LinkButton } from '#ui/button.tsx'
import { DayTimes } from '#ui/day-times.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { Pagination } from '#ui/pagination.tsx'
import { GuardOnce } from '#ui/submit-once.client.tsx'
import { daysOf } from '../../_find/days.ts'
import { holdAction } from '../../book/actions.ts'
import type { Profile } from './profile.ts'

/** Two weeks of free times for the service chosen, each a button that holds it; `children` stand above them. */
export async function Times({ profile, children }: { profile: Profile; children: ReactNode }) {
  const [t, card, locale] = await Promise.all([
    getTranslations('profile.times'),
    getTranslations('find.card'),
    getLocale(),
  ])
  const { id, slug, service, days, times, timeZone, now } = profile
  const at = (from: string) => `/p/${slug}?${new URLSearchParams({ service: service.id, from })}#times`
  const length = durationLabel(service.durationMinutes, locale)
  return (
    <section id="times" aria-labelledby="times-title" className="flex flex-col gap-5">
      {children}
      <div className="flex flex-col gap-1">
        <h2 id="times-title" className="text-xl font-bold">
          {t('title', { service: service.name, length })}
        </h2>
        <p className="text-ink-soft">
          {t('span', { first: spoken(days.first, locale), last: spoken(days.last, locale) })}{' '}
          {t('zone', { zone: zoneLabel(now, timeZone, locale) })}
        </p>
      </div>
      {times.length > 0 ? (
        <form action={holdAction}>
          <GuardOnce busyLabel={card('holding')} />
          <input type="hidden" name="listingId" value={id} />
          <DayTimes
            days={daysOf(times, { timeZone, locale, now }, newId(), true)}
            context={profile.card.name}
            layout="stacked"
          />
        </form>
      ) : (
        <None profile={profile} at={at} />
      )}
      <Pagination
        label={t('pages')}
        previous={profile.earlier ? { href: at(profile.earlier), label: t('earlier') } : undefined}
        next={profile.later ? { href: at(profile.later), label: t('later') } : undefined}
      />
    </section>
  )
}

/** A local date in full: 'Saturday 21 November'. */
const spoken = (date: string, locale: string): string => dayLabel(new Date(`${date}T12:00Z`), 'UTC', locale)

/** Nothing free in these days: why, and where to go on. */
async function None({ profile, at }: { profile: Profile; at: (from: string) => string }) {
  const [t, locale] = await Promise.all([getTranslations('profile.none'), getLocale()])
  const { nextTime, timeZone, service, later } = profile
  const { phone } = profile.profile
  const day = nextTime && dayLabel(nextTime.startsAt, timeZone, locale)
  return (
    <EmptyState
      icon={<CalendarX />}
      title={t('title')}
      headingLevel="h3"
      actions={
        <>
          {nextTime && (
            <LinkButton href={at(localDate(nextTime.startsAt, timeZone))} tone="primary">
              {t('next', { day: day ?? '' })}
            </LinkButton>
          )}
          <LinkButton href={`tel:${phone}`}>{t('call', { phone })}</LinkButton>
        </>
      }
    >
      <p>{day ? t('nextDay', { day }) : t(later ? 'nothing' : 'end', { days: service.horizonDays })}</p>
    </EmptyState>
  )
}
