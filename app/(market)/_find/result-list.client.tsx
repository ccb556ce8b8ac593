'use client'

import { Card } from '#ui/card.tsx'
import { type DayOfTimes, DayTimes } from '#ui/day-times.tsx'
import { Link, TextLink } from '#ui/link.tsx'
import { GuardOnce } from '#ui/submit-once.client.tsx'

/** What a result's card says. */
export type CardWords = {
  /** The listing's id. */
  id: string
  href: string
  name: string
  kind: string
  distance: string | undefined
  address: string
  facts: string[]
  services: string
  matches: string | undefined
  moreHref: string
  /** The next free times; left out when there are none in the days shown. */
  offer?: { service: string; facts: string; days: DayOfTimes[]; clock: string }
}

type Labels = Record<'holding' | 'more' | 'later' | 'none', string>

/**
 * The results, each with its next free times as buttons that hold one. Drawn from words and not as elements of the page:
 * React would send each element of a server component a second time, as data, beside its HTML. `cards` are `CardWords[]`
 * as JSON: React walks every value that a server component hands on, on the way out and on the way in, but not a text.
 */
export const ResultList = ({
  cards,
  labels,
  holdAction,
}: {
  cards: string
  labels: Labels
  holdAction: (form: FormData) => Promise<void>
}) => (
  <ol className="flex flex-col gap-4">
    {(JSON.parse(cards) as CardWords[]).map((card) => (
      <Card key={card.id} as="li" className="grid gap-x-8 gap-y-4 md:grid-cols-2">
        <About {...card} />
        <Times card={card} labels={labels} holdAction={holdAction} />
      </Card>
    ))}
  </ol>
)

/** Who and where. */
const About = ({ href, name, kind, distance, address, facts, services, matches }: CardWords) => (
  <div className="flex min-w-0 flex-col gap-2">
    <div>
      <h3 className="text-lg font-bold">
        <Link href={href} className="hover:text-accent-strong hover:underline">
          {name}
        </Link>
      </h3>
      <p>{kind}</p>
    </div>
    <p className="text-ink-soft">
      {distance && <b className="font-semibold text-ink">{distance}</b>}
      {`${distance ? ' · ' : ''}${address}`}
    </p>
    <ul className="flex flex-wrap gap-x-4 text-ink-soft">
      {facts.map((fact) => (
        <li key={fact}>{fact}</li>
      ))}
    </ul>
    <p className="text-ink-soft">{services}</p>
    {matches && <p className="text-ink-soft">{matches}</p>}
  </div>
)

type TimesProps = { card: CardWords; labels: Labels; holdAction: (form: FormData) => Promise<void> }

/** Held by the form of its own: the next times, what they are for, and on which clock. */
const Times = ({ card: { id, name, moreHref, offer }, labels, holdAction }: TimesProps) =>
  offer ? (
    <form action={holdAction} className="flex flex-col gap-3 border-line max-md:border-t max-md:pt-4">
      <GuardOnce busyLabel={labels.holding} />
      <input type="hidden" name="listingId" value={id} />
      <p className="text-ink-soft">
        <b className="font-semibold text-ink">{offer.service}</b>
        {offer.facts}
      </p>
      <DayTimes days={offer.days} context={name} />
      <p className="flex flex-wrap items-baseline gap-x-4 gap-y-1 text-ink-soft">
        <TextLink href={moreHref}>{labels.more}</TextLink>
        <span className="text-sm">{offer.clock}</span>
      </p>
    </form>
  ) : (
    <div className="flex flex-col items-start gap-2 border-line max-md:border-t max-md:pt-4">
      <p>{labels.none}</p>
      <TextLink href={moreHref}>{labels.later}</TextLink>
    </div>
  )
