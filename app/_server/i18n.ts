import { cookies, headers } from 'next/headers'
import type {} from 'next-intl'
import { getRequestConfig } from 'next-intl/server'
import { type Locale, locales, pickLocale } from '#lib/locale.ts'
import en from '#messages/en.json' with { type: 'json' }

declare module 'next-intl' {
  interface AppConfig {
    Locale: Locale
    Messages: typeof en
  }
}

const catalogs: Record<Locale, typeof en> = { en }

/**
 * The words of a request. They stay on the server: client components get theirs as props, so no catalogue is sent to
 * the browser. Instants are told by lib/time.ts, always in a named zone, so the zone here is never a person's.
 */
export default getRequestConfig(async () => {
  const locale = pickLocale(locales, (await cookies()).get('locale')?.value, (await headers()).get('accept-language'))
  return { locale, messages: catalogs[locale], timeZone: 'UTC' }
})
