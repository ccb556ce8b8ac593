import { MapPin, Phone } from 'lucide-react'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { zoneLabel } from '#lib/time.ts'
import { LinkButton } from '#ui/button.tsx'
import { Card } from '#ui/card.tsx'
import { Disclosure } from '#ui/disclosure.tsx'
import { TextLink } from '#ui/link.tsx'
import { directionsTo } from '../../_find/directions.ts'
import { VisitAddress } from '../../book/[id]/summary.tsx'
import type { Profile } from './profile.ts'

/** Where it is, how to reach it, and what the clinic wants to be known. */
export async function Place({ profile }: { profile: Profile }) {
  const [t, shell, book, locale] = await Promise.all([
    getTranslations('profile.place'),
    getTranslations('shell'),
    getTranslations('book.form'),
    getLocale(),
  ])
  const { card, timeZone, now } = profile
  const { phone, notice, isDemo } = profile.profile
  return (
    <aside className="flex flex-col gap-4 lg:sticky lg:top-6">
      <Card as="section" aria-labelledby="place" className="flex flex-col gap-4">
        <h2 id="place" className="text-lg font-bold">
          {t('title')}
        </h2>
        <VisitAddress place={{ ...card.location, organization: card.organization, location: card.location.name }} />
        <p className="flex items-center gap-2">
          <Phone aria-hidden className="size-4 shrink-0 text-ink-soft" />
          <TextLink href={`tel:${phone}`} className="inline-flex min-h-9 items-center pointer-coarse:min-h-11">
            {phone}
          </TextLink>
        </p>
        <LinkButton
          href={directionsTo(card.location)}
          rel="noreferrer"
          icon={<MapPin aria-hidden />}
          className="self-start"
        >
          {t('directions')}
        </LinkButton>
        <p className="text-ink-soft">{t('zone', { zone: zoneLabel(now, timeZone, locale) })}</p>
        <Disclosure summary={book('noticeTitle', { clinic: card.organization })}>
          <p>{notice}</p>
        </Disclosure>
      </Card>
      {isDemo && <p className="text-ink-soft">{shell('demo')}</p>}
    </aside>
  )
}
