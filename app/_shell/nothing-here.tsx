import type { Metadata } from 'next'
import { getTranslations } from '#app/_server/i18n.ts'
import { LinkButton } from '#ui/button.tsx'
import { Page } from '#ui/page.tsx'
import { PageHeading } from '#ui/page-heading.tsx'

/** The title of a page that says so. */
export async function nothingHereTitle(): Promise<Metadata> {
  return { title: (await getTranslations('notFound'))('title') }
}

/** Says that an address has no page, and where to go instead. */
export async function NothingHere() {
  const t = await getTranslations('notFound')
  return (
    <Page className="flex flex-col gap-6">
      <PageHeading title={t('title')} lead={t('body')} />
      <div className="flex flex-wrap gap-3">
        <LinkButton href="/find" tone="primary">
          {t('find')}
        </LinkButton>
        <LinkButton href="/help">{t('help')}</LinkButton>
      </div>
    </Page>
  )
}
