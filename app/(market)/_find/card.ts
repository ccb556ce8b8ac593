import type { getTranslations } from '#app/_server/i18n.ts'
import type { ListedService } from '#db/schema/listing.ts'
import { wordsAskedBy } from '#domain/directory/specialties.ts'
import { moneyLabel } from '#lib/money.ts'
import { durationLabel, zoneLabel } from '#lib/time.ts'
import type { Hit } from '#search/document.ts'
import { daysOf } from './days.ts'
import { distanceLabel } from './distance.ts'
import { listed } from './listed.ts'
import type { CardWords } from './result-list.client.tsx'

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

/** What the card of a result says, in words. `place` is its own in the list. */
export function cardOf(hit: Hit, place: number, shared: Shared): CardWords {
  const { card, distanceKm } = hit
  const { t, locale } = shared
  const { address, city, state } = card.location
  const { shown, more } = mainServices(card.services, shared.words)
  const reasons = wordsAskedBy(hit.specialty, shared.words)
  const isPlace = card.name === card.location.name || card.name === card.organization
  return {
    id: hit.id,
    href: `/p/${hit.slug}`,
    name: card.name,
    kind: isPlace ? card.specialty : t('kind', { specialty: card.specialty, clinic: card.organization }),
    distance: distanceKm === null ? undefined : distanceLabel(distanceKm, locale),
    address: `${address}, ${city}, ${state}`,
    facts: [
      card.acceptsNewPatients ? t('newPatients') : t('knownPatients'),
      t('languages', { languages: listed(card.languages, locale) }),
    ],
    services: t('services', { names: listed(shown, locale), count: more }),
    matches: reasons.length > 0 ? t('matches', { words: reasons.join(' ') }) : undefined,
    ...timesOf(hit, place, shared),
  }
}

/** The first services by name, those that were looked for first, and how many more there are. */
function mainServices(services: ListedService[], words: string[]): { shown: string[]; more: number } {
  const names = [...new Set(services.map(({ name }) => name))]
  const isAsked = (name: string) => words.some((word) => name.toLowerCase().includes(word))
  const ordered = [...names.filter(isAsked), ...names.filter((name) => !isAsked(name))]
  return { shown: ordered.slice(0, servicesShown), more: Math.max(0, ordered.length - servicesShown) }
}

/** The next times, what they are for and on which clock; `offer` is left out when there are none. */
function timesOf(hit: Hit, place: number, shared: Shared): Pick<CardWords, 'moreHref' | 'offer'> {
  const { card, slug, times } = hit
  const { locale, checkedAt, formKey, from } = shared
  const { timeZone } = card.location
  const service = card.services.find(({ id }) => id === times[0]?.serviceId)
  const query = new URLSearchParams({
    ...(service && service !== card.services[0] && { service: service.id }),
    ...(from && { from }),
  })
  const moreHref = `/p/${slug}${query.size > 0 ? `?${query}` : ''}#times`
  if (!service) return { moreHref }
  const facts = [durationLabel(service.durationMinutes, locale), service.price && moneyLabel(service.price, locale)]
  const offer = {
    service: service.name,
    facts: ['', ...facts.filter(Boolean)].join(' · '),
    days: daysOf(times, { timeZone, locale, now: checkedAt }, `${formKey}.${place}`),
    clock: zoneLabel(checkedAt, timeZone, locale),
  }
  return { moreHref, offer }
}
