import type { Metadata } from 'next'
import { getTranslations } from '#app/_server/i18n.ts'
import { currentPerson } from '#app/_server/session.ts'
import { withAuth, withPublic } from '#db/doors.ts'
import { organizationNames } from '#domain/directory/read.ts'
import { type DemoAccount, demoAccounts } from '#domain/identity/read.ts'
import { isDemo } from '#lib/env.ts'
import { LinkButton } from '#ui/button.tsx'
import { Card } from '#ui/card.tsx'
import { Notice } from '#ui/notice.tsx'
import { Page } from '#ui/page.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { SubmitOnce } from '#ui/submit-once.client.tsx'
import { SiteFrame } from '../_shell/site-frame.tsx'
import { signInAction, signOutAction } from './actions.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('login'))('title'), robots: { index: false } }
}

/** Sign-in for clinics. The demo has one-click accounts; elsewhere it says that staff pages are not open yet. */
export default async function Login() {
  const t = await getTranslations('login')
  return (
    <SiteFrame>
      <Page width="form" className="flex flex-col gap-6">
        <PageHeading title={t('title')} lead={isDemo() ? t('leadDemo') : undefined} />
        {isDemo() ? <Demo /> : <Notice title={t('closedTitle')}>{t('closed')}</Notice>}
      </Page>
    </SiteFrame>
  )
}

async function Demo() {
  const [t, person, accounts] = await Promise.all([
    getTranslations('login'),
    currentPerson(),
    withAuth((tx) => demoAccounts(tx)),
  ])
  const clinics = [...Map.groupBy(accounts, (account) => account.tenant)]
  const tenantIds = [...accounts, ...(person?.memberships ?? [])].map(({ tenantId }) => tenantId)
  const names = await withPublic((tx) => organizationNames(tx, [...new Set(tenantIds)]))
  return (
    <>
      {person && (
        <Notice title={t('signedIn', { name: person.name })}>
          <div className="flex flex-wrap gap-3 pt-2">
            {person.memberships.map(({ slug, tenantId }) => (
              <LinkButton key={slug} href={`/t/${slug}`} size="small">
                {t('open', { clinic: names.get(tenantId) ?? slug })}
              </LinkButton>
            ))}
            <form action={signOutAction}>
              <SubmitOnce size="small" tone="quiet" busyLabel={t('signingOut')}>
                {t('signOut')}
              </SubmitOnce>
            </form>
          </div>
        </Notice>
      )}
      {clinics.map(([tenant, members]) => (
        <Clinic key={tenant} tenant={tenant} name={names.get(members[0]?.tenantId ?? '') ?? tenant} members={members} />
      ))}
    </>
  )
}

async function Clinic({ tenant, name: clinic, members }: { tenant: string; name: string; members: DemoAccount[] }) {
  const t = await getTranslations('login')
  return (
    <Card as="section" aria-labelledby={`clinic-${tenant}`}>
      <h2 id={`clinic-${tenant}`} className="pb-2 text-lg font-bold">
        {clinic}
      </h2>
      <ul className="flex flex-col divide-y divide-line">
        {members.map(({ personId, name, role }) => (
          <li key={personId + role} className="py-2">
            <form action={signInAction} className="flex flex-wrap items-center justify-between gap-3">
              <input type="hidden" name="personId" value={personId} />
              <input type="hidden" name="tenant" value={tenant} />
              <div>
                <p className="font-semibold">{name}</p>
                <p className="text-ink-soft">{t(`roles.${role}`)}</p>
              </div>
              <SubmitOnce
                size="small"
                busyLabel={t('signingIn')}
                aria-label={t('signInAs', { name, role: t(`roles.${role}`) })}
              >
                {t('signIn')}
              </SubmitOnce>
            </form>
          </li>
        ))}
      </ul>
    </Card>
  )
}
