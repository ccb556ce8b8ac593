import { getTranslations } from '#app/_server/i18n.ts'
import { LinkButton } from '#ui/button.tsx'
import { Page } from '#ui/page.tsx'
import { PageHeading } from '#ui/page-heading.tsx'

/** What someone without the key to a visit sees: how to get in, and nothing about the visit. */
export async function Lost() {
  const t = await getTranslations('visit.lost')
  return (
    <Page width="form" className="flex flex-col gap-6">
      <PageHeading title={t('title')} lead={t('lead')} />
      <LinkButton href="/find" className="self-start">
        {t('find')}
      </LinkButton>
    </Page>
  )
}
