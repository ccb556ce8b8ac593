import { CalendarDays, CircleSlash, LogOut, PhoneCall } from 'lucide-react'
import type { ReactNode } from 'react'
import { getTranslations } from '#app/_server/i18n.ts'
import { currentPerson, staffOfPage } from '#app/_server/session.ts'
import { signOutAction } from '#app/login/actions.ts'
import { readAsStaff } from '#db/doors.ts'
import { type DayListing, desk } from '#domain/booking/day.ts'
import { mayStaff } from '#domain/identity/authorize.ts'
import { unreachedVisits } from '#domain/notification/read.ts'
import { isDemo } from '#lib/env.ts'
import { Link } from '#ui/link.tsx'
import { Logo } from '#ui/logo.tsx'
import { ScopeHeader, StaffShell } from '#ui/staff/shell.tsx'
import { SubmitOnce } from '#ui/submit-once.client.tsx'
import { ClinicRail } from './rail.client.tsx'
import { Shortcuts } from './shortcuts.client.tsx'

type Props = { children: ReactNode; params: Promise<{ tenant: string }> }

/** The clinic's side: who and where one is working as, always in view. Each page and verb checks for itself. */
export default async function TenantLayout({ children, params }: Props) {
  const { tenant } = await params
  const actor = await staffOfPage(tenant)
  const mayCall = mayStaff(actor.role, 'message:read')
  const [t, shell, person, { organization, listings, unreached }] = await Promise.all([
    getTranslations('staff'),
    getTranslations('shell'),
    currentPerson(),
    readAsStaff(actor, async (tx) => ({
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
      rail={<ClinicRail label={t('nav.label')} items={items} />}
      scope={
        <ScopeHeader
          home={
            <Link href="/" className="inline-flex min-h-11 items-center rounded-control px-1">
              <Logo name={shell('product')} isCompact />
            </Link>
          }
          tenant={organization}
          place={
            <span className="text-sm text-ink-soft">
              <span className="max-sm:hidden">{placeOf(listings, (count) => t('places', { count }))}</span>
              {isDemo() && <span className="sm:ps-3">{shell('demo')}</span>}
            </span>
          }
          person={
            <>
              <Shortcuts {...shortcuts(t)} />
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

/** The clinic's one place by name, else how many there are; the day says which. */
function placeOf(listings: DayListing[], many: (count: number) => string): string {
  const places = [...new Map(listings.map(({ locationId, location }) => [locationId, location])).values()]
  return places.length === 1 ? (places[0] ?? '') : many(places.length)
}

const shortcuts = (t: Awaited<ReturnType<typeof getTranslations<'staff'>>>) => ({
  title: t('shortcuts.title'),
  open: t('shortcuts.title'),
  close: t('shortcuts.close'),
  on: t('shortcuts.on'),
  keys: [
    { key: '/', does: t('shortcuts.find') },
    { key: 'p', does: t('day.previous') },
    { key: 't', does: t('day.today') },
    { key: 'n', does: t('day.next') },
    { key: 'x', does: t('visit.close') },
    { key: '?', does: t('shortcuts.title') },
  ],
})
