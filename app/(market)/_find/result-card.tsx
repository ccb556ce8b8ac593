import type { getTranslations } from 'next-intl/server'
import type { ListedService } from '#db/schema/listing.ts'
import { wordsAskedBy } from '#domain/directory/specialties.ts'
import { moneyLabel } from '#lib/money.ts'
import { durationLabel, zoneLabel } from '#lib/time.ts'
import type { Hit } from '#search/document.ts'
import { Card } from '#ui/card.tsx'
import { DayTimes } from '#ui/day-times.tsx'
import { Link, TextLink } from '#ui/link.tsx'
import { GuardOnce } from '#ui/submit-once.client.tsx'
import { holdAction } from '../book/actions.ts'
import { daysOf } from './days.ts'
import { distanceLabel } from './distance.ts'
import { listed } from './listed.ts'

const servicesShown = 2

/** What all cards of a page share: its words, and when and with which key its times were read. */
export type Shared = {
  t: Awaited<ReturnType<typeof getTranslations<'find.card'>>>
  locale: string
  checkedAt: Date
  formKey: string
  /** What was looked for, in lower case. */
  words: string[]
  /** The day that times are shown from, when one was asked for. */
  from: string | undefined
}

/** One result: who and where, and the next free times as buttons, each of which holds its time. `place` is its own in the list. */
export function ResultCard({ hit, place, shared }: { hit: Hit; place: number; shared: Shared }) {
  const { card, distanceKm } = hit
  const { t, locale } = shared
  const { address, city, state } = card.location
  const { shown, more } = mainServices(card.services, shared.words)
  const reasons = wordsAskedBy(hit.specialty, shared.words)
  const isPlace = card.name === card.location.name || card.name === card.organization
  return (
    <Card as="li" className="grid gap-x-8 gap-y-4 md:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-2">
        <div>
          <h3 className="text-lg font-bold">
            <Link href={`/p/${hit.slug}`} className="hover:text-accent-strong hover:underline">
              {card.name}
            </Link>
          </h3>
          <p>{isPlace ? card.specialty : t('kind', { specialty: card.specialty, clinic: card.organization })}</p>
        </div>
        <p className="text-ink-soft">
          {distanceKm !== null && <b className="font-semibold text-ink">{distanceLabel(distanceKm, locale)}</b>}
          {`${distanceKm === null ? '' : ' · '}${address}, ${city}, ${state}`}
        </p>
        <ul className="flex flex-wrap gap-x-4 text-ink-soft">
          <li>{card.acceptsNewPatients ? t('newPatients') : t('knownPatients')}</li>
          <li>{t('languages', { languages: listed(card.languages, locale) })}</li>
        </ul>
        <p className="text-ink-soft">{t('services', { names: listed(shown, locale), count: more })}</p>
        {reasons.length > 0 && <p className="text-ink-soft">{t('matches', { words: reasons.join(' ') })}</p>}
      </div>
      <Times hit={hit} place={place} shared={shared} />
    </Card>
  )
}

/** The first services by name, those that were looked for first, and how many more there are. */
function mainServices(services: ListedService[], words: string[]): { shown: string[]; more: number } {
  const names = [...new Set(services.map(({ name }) => name))]
  const isAsked = (name: string) => words.some((word) => name.toLowerCase().includes(word))
  const ordered = [...names.filter(isAsked), ...names.filter((name) => !isAsked(name))]
  return { shown: ordered.slice(0, servicesShown), more: Math.max(0, ordered.length - servicesShown) }
}

/** Held by the form of its own: the next times, what they are for, and on which clock. */
function Times({ hit, place, shared }: { hit: Hit; place: number; shared: Shared }) {
  const { card, slug, times } = hit
  const { t, locale, checkedAt, formKey, from } = shared
  const { timeZone } = card.location
  const service = card.services.find(({ id }) => id === times[0]?.serviceId)
  const query = new URLSearchParams({
    ...(service && service !== card.services[0] && { service: service.id }),
    ...(from && { from }),
  })
  const profile = `/p/${slug}${query.size > 0 ? `?${query}` : ''}#times`
  if (!service) {
    return (
      <div className="flex flex-col items-start gap-2 border-line max-md:border-t max-md:pt-4">
        <p>{t('none')}</p>
        <TextLink href={profile}>{t('later')}</TextLink>
      </div>
    )
  }
  const facts = [durationLabel(service.durationMinutes, locale), service.price && moneyLabel(service.price, locale)]
  return (
    <form action={holdAction} className="flex flex-col gap-3 border-line max-md:border-t max-md:pt-4">
      <GuardOnce busyLabel={t('holding')} />
      <input type="hidden" name="listingId" value={hit.id} />
      <p className="text-ink-soft">
        <b className="font-semibold text-ink">{service.name}</b>
        {['', ...facts.filter(Boolean)].join(' · ')}
      </p>
      <DayTimes days={daysOf(times, { timeZone, locale, now: checkedAt }, `${formKey}.${place}`)} context={card.name} />
      <p className="flex flex-wrap items-baseline gap-x-4 gap-y-1 text-ink-soft">
        <TextLink href={profile}>{t('more')}</TextLink>
        <span className="text-sm">{zoneLabel(checkedAt, timeZone, locale)}</span>
      </p>
    </form>
  )
}
