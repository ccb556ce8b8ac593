import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { InstantText } from '#domain/booking/input.ts'
import { whenLabel } from '#lib/time.ts'
import { Notice } from '#ui/notice.tsx'
import type { Profile } from './profile.ts'

const reasons = ['slot_taken', 'limit', 'invalid', 'unavailable'] as const

/** Why the time that was clicked could not be held, above the times that are free near it. */
export async function Missed({ profile, startsAt, why }: { profile: Profile; startsAt: string; why: string }) {
  const [t, locale] = await Promise.all([getTranslations('profile.missed'), getLocale()])
  const reason = reasons.find((known) => known === why) ?? 'unknown'
  const instant = InstantText.safeParse(startsAt).data
  const when = instant ? whenLabel(instant, profile.timeZone, locale) : t('thatTime')
  const { phone } = profile.profile
  return (
    <Notice tone="warn" role="alert" title={t(`${reason}.title`, { when, phone })}>
      <p>{t(`${reason}.body`, { when, phone })}</p>
    </Notice>
  )
}
