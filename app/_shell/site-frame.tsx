import type { ReactNode } from 'react'
import { getTranslations } from '#app/_server/i18n.ts'
import { isDemo } from '#lib/env.ts'
import { Link, TextLink } from '#ui/link.tsx'
import { Logo } from '#ui/logo.tsx'
import { EmergencyLine } from './emergency-line.tsx'

/** The public side's frame: the emergency line, the way in, the page, and the footer. */
export async function SiteFrame({ children }: { children: ReactNode }) {
  return (
    <>
      <EmergencyLine />
      <SiteHeader />
      <main id="main" tabIndex={-1} className="grow py-6 sm:py-10">
        {children}
      </main>
      <SiteFooter />
    </>
  )
}

async function SiteHeader() {
  const t = await getTranslations('shell')
  const link = 'inline-flex min-h-11 items-center rounded-control px-2 hover:bg-sunken sm:px-3'
  return (
    <header className="border-b border-line bg-surface print:hidden">
      <div className="mx-auto flex w-full max-w-page flex-wrap items-center justify-between gap-x-4 px-4 py-2 sm:px-6">
        <Link href="/" className="-mx-1 inline-flex min-h-11 items-center rounded-control px-1">
          <Logo name={t('product')} />
        </Link>
        <nav aria-label={t('mainNav')}>
          <ul className="-mx-2 flex flex-wrap items-center gap-x-1 sm:-mx-3">
            <li>
              <Link href="/find" className={link}>
                {t('find')}
              </Link>
            </li>
            <li>
              <Link href="/login" className={link}>
                <span className="sm:hidden">{t('clinicsShort')}</span>
                <span className="max-sm:hidden">{t('clinics')}</span>
              </Link>
            </li>
          </ul>
        </nav>
      </div>
    </header>
  )
}

async function SiteFooter() {
  const t = await getTranslations('shell')
  const ways = [
    { href: '/help', label: t('help') },
    { href: '/privacy', label: t('privacy') },
    { href: '/terms', label: t('terms') },
  ]
  return (
    <footer className="mt-8 border-t border-line">
      <div className="mx-auto flex w-full max-w-page flex-wrap items-center justify-between gap-x-8 gap-y-3 px-4 py-6 sm:px-6">
        <div className="max-w-prose text-ink-soft">
          {isDemo() && <p className="font-semibold text-ink">{t('demo')}</p>}
          <p>{t('openSource')}</p>
        </div>
        <nav aria-label={t('footerNav')} className="print:hidden">
          <ul className="flex flex-wrap gap-x-6">
            {ways.map(({ href, label }) => (
              <li key={href}>
                <TextLink href={href} className="inline-flex min-h-11 items-center">
                  {label}
                </TextLink>
              </li>
            ))}
          </ul>
        </nav>
      </div>
    </footer>
  )
}
