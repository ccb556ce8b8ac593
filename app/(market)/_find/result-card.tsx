import { Languages, MapPin, Stethoscope, UserRound, UserRoundPlus } from 'lucide-react'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ListedService } from '#db/schema/listing.ts'
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
import { Fact } from './fact.tsx'

const servicesShown = 2

type Props = {
  hit: Hit
  /** When the times were read. */
  checkedAt: Date
  /** The idempotency key of this card's buttons, each with its place behind it. */
  formKey: string
  /** The day that times are shown from, when one was asked for. */
  from: string | undefined
}

/**
 * One result: who and where, and the next free times as buttons, each of which holds its time. `words` are those that
 * were looked for, in lower case.
 */
export async function ResultCard({ words, ...props }: Props & { words: string[] }) {
  const { id, slug, card, distanceKm } = props.hit
  const [t, locale] = await Promise.all([getTranslations('find.card'), getLocale()])
  const { shown, more } = mainServices(card.services, words)
  const isPlace = card.name === card.location.name || card.name === card.organization
  return (
    <Card as="li" className="grid gap-x-8 gap-y-4 md:grid-cols-2" aria-labelledby={id}>
      <div className="flex min-w-0 flex-col gap-3">
        <div>
          <h2 id={id} className="text-lg font-bold">
            <Link href={`/p/${slug}`} className="hover:text-accent-strong hover:underline">
              {card.name}
            </Link>
          </h2>
          <p>{isPlace ? card.specialty : t('kind', { specialty: card.specialty, clinic: card.organization })}</p>
        </div>
        <ul className="flex flex-col gap-1.5 text-ink-soft">
          <Fact icon={<MapPin />}>
            {distanceKm !== null && (
              <strong className="font-semibold text-ink">{distanceLabel(distanceKm, locale)}</strong>
            )}
            {`${distanceKm === null ? '' : ' · '}${card.location.address}, ${card.location.city}, ${card.location.state}`}
          </Fact>
          <Fact icon={card.acceptsNewPatients ? <UserRoundPlus /> : <UserRound />}>
            {card.acceptsNewPatients ? t('newPatients') : t('knownPatients')}
          </Fact>
          <Fact icon={<Languages />}>{t('languages', { languages: listOf(card.languages, locale) })}</Fact>
          <Fact icon={<Stethoscope />}>{t('services', { names: listOf(shown, locale), count: more })}</Fact>
        </ul>
      </div>
      <Times {...props} />
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

const listOf = (words: string[], locale: string): string =>
  new Intl.ListFormat(locale, { type: 'unit', style: 'short' }).format(words)

async function Times({ hit, checkedAt, formKey, from }: Props) {
  const { card, slug, times } = hit
  const [t, locale] = await Promise.all([getTranslations('find.card'), getLocale()])
  const { timeZone } = card.location
  const service = card.services.find(({ id }) => id === times[0]?.serviceId)
  const query = new URLSearchParams({ ...(service && { service: service.id }), ...(from && { from }) })
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
      <p>
        <span className="font-semibold">{service.name}</span>
        <span className="text-ink-soft">{['', ...facts.filter(Boolean)].join(' · ')}</span>
      </p>
      <DayTimes days={daysOf(times, { timeZone, locale, now: checkedAt }, formKey)} context={card.name} />
      <p className="flex flex-wrap items-baseline gap-x-4 gap-y-1 text-ink-soft">
        <TextLink href={profile}>{t('more')}</TextLink>
        <span className="text-sm">{t('zone', { zone: zoneLabel(checkedAt, timeZone, locale) })}</span>
      </p>
    </form>
  )
}
