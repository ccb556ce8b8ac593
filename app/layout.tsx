import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { CspNonce } from '#ui/csp-nonce.client.tsx'
import { SkipLink } from '#ui/skip-link.tsx'
import { ProblemWords } from './_shell/problem.client.tsx'
import { SoftLinks } from './_shell/soft-links.client.tsx'
import { sourceSans, sourceSansExt } from './fonts.ts'
import './globals.css'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('shell')
  return {
    title: { default: `${t('product')}: ${t('tagline')}`, template: `%s · ${t('product')}` },
    applicationName: t('product'),
    formatDetection: { telephone: false, date: false, address: false, email: false },
  }
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' }

/** Reading the request keeps every page out of the build's cache: a page written ahead could not carry its nonce. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const [asked, locale, t, problem] = await Promise.all([
    headers(),
    getLocale(),
    getTranslations('shell'),
    getTranslations('problem'),
  ])
  const words = {
    title: problem('title'),
    body: problem('body'),
    retry: problem('retry'),
    home: problem('home'),
    code: problem('code'),
  }
  return (
    <html lang={locale} className={`${sourceSans.variable} ${sourceSansExt.variable}`}>
      <head>
        <CspNonce nonce={asked.get('x-nonce') ?? ''} />
      </head>
      <body className="flex min-h-dvh flex-col">
        <SkipLink label={t('skip')} />
        <SoftLinks />
        <ProblemWords words={words} requestId={asked.get('x-request-id') ?? ''}>
          {children}
        </ProblemWords>
      </body>
    </html>
  )
}
