import type { Metadata } from 'next'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { legalVersions } from '#domain/booking/rules.ts'
import { dateLabel } from '#lib/time.ts'
import { Sections } from '../_prose/sections.tsx'

const sections = ['who', 'what', 'why', 'messages', 'never', 'browser', 'limits', 'long', 'rights'] as const

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('privacy')
  return { title: t('title') }
}

export default async function Privacy() {
  const locale = await getLocale()
  const legal = await getTranslations('legal')
  const t = await getTranslations('privacy')
  const texts = sections.map((id) => ({ id, title: t(`sections.${id}.title`), body: t(`sections.${id}.body`) }))
  return (
    <Sections
      title={t('title')}
      lead={t('lead')}
      note={legal('version', { date: dateLabel(legalVersions.privacy, locale) })}
      sections={texts}
    />
  )
}
