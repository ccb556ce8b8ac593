import { getTranslations } from '#app/_server/i18n.ts'
import type { HeldVisit } from '#domain/booking/read.ts'
import { moneyLabel } from '#lib/money.ts'
import { durationLabel, whenLabel } from '#lib/time.ts'
import { Card } from '#ui/card.tsx'
import { TextLink } from '#ui/link.tsx'
import { SummaryList } from '#ui/summary-list.tsx'
import { agesOf } from '../../p/[slug]/services.tsx'

/** What is being booked, beside the form all the time: when, with whom, where, for what, at what price, by which policy. */
export async function HeldSummary({ held, locale }: { held: HeldVisit; locale: string }) {
  const [t, services] = await Promise.all([getTranslations('visitWords'), getTranslations('profile.services')])
  const minutes = (held.endsAt.getTime() - held.startsAt.getTime()) / 60_000
  const price =
    held.priceAmount === null
      ? t('priceAtClinic')
      : moneyLabel({ amount: held.priceAmount, currency: held.priceCurrency ?? 'USD' }, locale)
  const rows = [
    { term: t('when'), value: <strong>{whenLabel(held.startsAt, held.timeZone, locale)}</strong> },
    ...(held.practitioner ? [{ term: t('who'), value: held.practitioner }] : []),
    {
      term: t('what'),
      value: t('serviceLine', {
        service: held.service,
        length: durationLabel(minutes, locale),
        modality: t(`modality.${held.modality}`),
      }),
    },
    { term: t('where'), value: <VisitAddress place={held} /> },
    { term: t('price'), value: price },
    {
      term: t('forWhom'),
      value: (
        <span className="inline-block first-letter:uppercase">
          {[services(`audience.${held.acceptsNewPatients ? held.audience : 'returning'}`), agesOf(held, services)]
            .filter(Boolean)
            .join(', ')}
        </span>
      ),
    },
    {
      term: t('policy'),
      value:
        held.cancelUntilMinutes > 0
          ? t('policyLine', { until: durationLabel(held.cancelUntilMinutes, locale) })
          : t('policyAlways'),
    },
  ]
  return (
    <Card as="section" aria-labelledby="summary-title">
      <h2 id="summary-title" className="text-lg font-bold">
        {t('yourVisit')}
      </h2>
      <SummaryList rows={rows} />
      <p className="pt-3 text-ink-soft">
        {t('changeTime')}{' '}
        <TextLink href={`/p/${held.slug}?service=${held.serviceId}#times`}>{t('otherTimes')}</TextLink>
      </p>
    </Card>
  )
}

type Address = {
  organization: string
  location: string
  address: string
  city: string
  state: string
  postalCode: string
}

/** A place of care as an address block. A name that only repeats the city below is left out. */
export const VisitAddress = ({ place }: { place: Address }) => {
  const isNamed = place.location !== place.organization && !place.location.endsWith(`, ${place.city}`)
  return (
    <address className="not-italic">
      {place.organization}
      {isNamed && (
        <>
          <br />
          {place.location}
        </>
      )}
      <br />
      {place.address}
      <br />
      {`${place.city}, ${place.state} ${place.postalCode}`}
    </address>
  )
}
