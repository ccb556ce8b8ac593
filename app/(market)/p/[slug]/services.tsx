import { Circle, CircleCheck } from 'lucide-react'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { moneyLabel } from '#lib/money.ts'
import { durationLabel } from '#lib/time.ts'
import { classList } from '#ui/class-list.ts'
import { Link } from '#ui/link.tsx'
import type { Profile, Service } from './profile.ts'

/** What can be booked, as links: the choice stands in the address. What holds for each is said before anything is held. */
export async function Services({ profile }: { profile: Profile }) {
  const t = await getTranslations('profile.services')
  const { slug, service: chosen, days } = profile
  return (
    <section aria-labelledby="services" className="flex flex-col gap-3">
      <h2 id="services" className="text-xl font-bold">
        {t('title')}
      </h2>
      <ul className="flex flex-col divide-y divide-line overflow-hidden rounded-card border border-line bg-surface">
        {profile.profile.services.map((service) => (
          <li key={service.id}>
            <Link
              href={`/p/${slug}?${new URLSearchParams({ service: service.id, from: days.first })}`}
              scroll={false}
              aria-current={service.id === chosen.id ? 'true' : undefined}
              className={classList(
                'flex gap-3 px-4 py-3 -outline-offset-2',
                service.id === chosen.id ? 'bg-accent-soft' : 'hover:bg-sunken',
              )}
            >
              <ServiceWords service={service} isChosen={service.id === chosen.id} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

async function ServiceWords({ service, isChosen }: { service: Service; isChosen: boolean }) {
  const [t, words, locale] = await Promise.all([
    getTranslations('profile.services'),
    getTranslations('visitWords'),
    getLocale(),
  ])
  const Icon = isChosen ? CircleCheck : Circle
  const facts = [
    durationLabel(service.durationMinutes, locale),
    words(`modality.${service.modality}`),
    t(`audience.${service.audience}`),
    agesOf(service, t),
  ]
  return (
    <>
      <Icon aria-hidden className={classList('mt-0.5 size-5 shrink-0', isChosen ? 'text-accent' : 'text-ink-soft')} />
      <span className="flex min-w-0 grow flex-col gap-0.5">
        <span className="flex flex-wrap items-baseline justify-between gap-x-4">
          <span className="font-semibold">{service.name}</span>
          <span className={service.price ? '' : 'text-ink-soft'}>
            {service.price ? moneyLabel(service.price, locale) : t('priceAtClinic')}
          </span>
        </span>
        <span className="text-ink-soft">{facts.filter(Boolean).join(' · ')}</span>
        {isChosen && <span>{rulesOf(service, t, locale)}</span>}
      </span>
    </>
  )
}

type Words = Awaited<ReturnType<typeof getTranslations<'profile.services'>>>

const oldest = 150

/** 'ages 3 to 17', 'from age 18', 'up to age 17'; empty when every age is seen. */
export function agesOf(
  { minimumAgeYears: from, maximumAgeYears: to }: Pick<Service, 'minimumAgeYears' | 'maximumAgeYears'>,
  t: Words,
): string {
  if (from > 0) return to < oldest ? t('ages', { from, to }) : t('agesFrom', { from })
  return to < oldest ? t('agesTo', { to }) : ''
}

/** How soon, how far ahead, and until when it can be changed: what holds before anything is held. */
function rulesOf(service: Service, t: Words, locale: string): string {
  const { minimumNoticeMinutes: notice, horizonDays, cancelUntilMinutes: until } = service
  const days = { days: horizonDays }
  return [
    notice > 0 ? t('notice', { ...days, notice: durationLabel(notice, locale) }) : t('noNotice', days),
    until > 0 ? t('cancel', { until: durationLabel(until, locale) }) : t('cancelAlways'),
  ].join(' ')
}
