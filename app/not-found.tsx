import type { Metadata } from 'next'
import { getTranslations } from '#app/_server/i18n.ts'
import { LinkButton } from '#ui/button.tsx'
import { Page } from '#ui/page.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { SiteFrame } from './_shell/site-frame.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('notFound')
  return { title: t('title') }
}

export default async function NotFound() {
  const t = await getTranslations('notFound')
  return (
    <SiteFrame>
      <Page className="flex flex-col gap-6">
        <PageHeading title={t('title')} lead={t('body')} />
        <div className="flex flex-wrap gap-3">
          <LinkButton href="/find" tone="primary">
            {t('find')}
          </LinkButton>
          <LinkButton href="/help">{t('help')}</LinkButton>
        </div>
      </Page>
    </SiteFrame>
  )
}
