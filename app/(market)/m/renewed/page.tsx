import type { Metadata } from 'next'
import { getTranslations } from '#app/_server/i18n.ts'
import { Notice } from '#ui/notice.tsx'
import { Page } from '#ui/page.tsx'
import { PageHeading } from '#ui/page-heading.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('link'))('title'), robots: { index: false } }
}

/** After five wrong birth dates: the link is dead, and where the new one went. */
export default async function Renewed() {
  const t = await getTranslations('link')
  return (
    <Page width="form" className="flex flex-col gap-6">
      <PageHeading title={t('title')} />
      <Notice tone="warn">{t('renewed')}</Notice>
    </Page>
  )
}
