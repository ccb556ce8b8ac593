import type { Metadata } from 'next'
import { getTranslations } from '#app/_server/i18n.ts'
import { Sections } from '../_prose/sections.tsx'

const sections = ['emergency', 'booking', 'someone', 'change', 'lost', 'times'] as const

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('help')
  return { title: t('title') }
}

export default async function Help() {
  const t = await getTranslations('help')
  const texts = sections.map((id) => ({ id, title: t(`sections.${id}.title`), body: t(`sections.${id}.body`) }))
  return <Sections title={t('title')} lead={t('lead')} sections={texts} />
}
