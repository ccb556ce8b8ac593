import { CalendarDays, CircleSlash, LogOut, PhoneCall } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { currentPerson, staffOfPage } from '#app/_server/session.ts'
import { signOutAction } from '#app/login/actions.ts'
import { withStaff } from '#db/doors.ts'
import { desk } from '#domain/booking/day.ts'
import { mayStaff } from '#domain/identity/authorize.ts'
import { unreachedVisits } from '#domain/notification/read.ts'
import { isDemo } from '#lib/env.ts'
import { Link } from '#ui/link.tsx'
import { Logo } from '#ui/logo.tsx'
import { Rail } from '#ui/staff/rail.tsx'
import { ScopeHeader, StaffShell } from '#ui/staff/shell.tsx'
import { SubmitOnce } from '#ui/submit-once.client.tsx'

type Props = { children: ReactNode; params: Promise<{ tenant: string }> }

/** The clinic's side: who and where one is working as, always in view. Each page and verb checks for itself. */
export default async function TenantLayout({ children, params }: Props) {
  const { tenant } = await params
  const actor = await staffOfPage(tenant)
  const mayCall = mayStaff(actor.role, 'message:read')
  const [t, shell, person, { organization, unreached }] = await Promise.all([
    getTranslations('staff'),
    getTranslations('shell'),
    currentPerson(),
    withStaff(actor, async (tx) => ({
      ...(await desk(tx)),
      unreached: mayCall ? (await unreachedVisits(tx, 100)).length : 0,
    })),
  ])
  const items = [
    { href: `/t/${tenant}`, label: t('nav.day'), icon: <CalendarDays aria-hidden /> },
    ...(mayStaff(actor.role, 'time:block')
      ? [{ href: `/t/${tenant}/block`, label: t('nav.block'), icon: <CircleSlash aria-hidden /> }]
      : []),
    ...(mayCall
      ? [
          {
            href: `/t/${tenant}/unreached`,
            label: t('nav.unreached'),
            icon: <PhoneCall aria-hidden />,
            count: unreached > 0 ? String(unreached) : undefined,
          },
        ]
      : []),
  ]
  return (
    <StaffShell
      tenantId={actor.tenantId}
      rail={<Rail label={t('nav.label')} items={items} />}
      scope={
        <ScopeHeader
          home={
            <Link href="/" className="inline-flex min-h-11 items-center rounded-control px-1">
              <Logo name={shell('product')} isCompact />
            </Link>
          }
          tenant={organization}
          place={isDemo() && <span className="text-sm text-ink-soft">{shell('demo')}</span>}
          person={
            <>
              <span className="text-sm max-sm:sr-only">
                {t('signedInAs', { name: person?.name ?? '', role: t(`roles.${actor.role}`) })}
              </span>
              <form action={signOutAction}>
                <SubmitOnce size="small" tone="quiet" busyLabel={t('signOut')} icon={<LogOut aria-hidden />}>
                  {t('signOut')}
                </SubmitOnce>
              </form>
            </>
          }
        />
      }
    >
      {children}
    </StaffShell>
  )
}
