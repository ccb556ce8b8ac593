import { getTranslations } from 'next-intl/server'
import { Page } from '#ui/page.tsx'
import { PageHeading } from '#ui/page-heading.tsx'

export default async function Home() {
  const t = await getTranslations('home')
  return (
    <Page>
      <PageHeading title={t('title')} lead={t('lead')} />
    </Page>
  )
}
