import { cookies, headers } from 'next/headers'
import { cache } from 'react'
import { createTranslator, type NamespaceKeys, type NestedKeyOf } from 'use-intl/core'
import { type Locale, locales, pickLocale } from '#lib/locale.ts'
import en from '#messages/en.json' with { type: 'json' }

type Namespace = NamespaceKeys<typeof en, NestedKeyOf<typeof en>>

const catalogs: Record<Locale, typeof en> = { en }

// Instants are told by lib/time.ts, always in a named zone, so the zone here is never a person's.
const translator = <N extends Namespace>(locale: Locale, namespace: N) =>
  createTranslator({ locale, messages: catalogs[locale], namespace, timeZone: 'UTC' })

const translators = new Map<string, unknown>()

/** The reader's language: the saved choice, else the browser's, else English. */
export const getLocale = cache(
  async (): Promise<Locale> =>
    pickLocale(locales, (await cookies()).get('locale')?.value, (await headers()).get('accept-language')),
)

/**
 * The words of a namespace in the reader's language. They stay on the server: client components get theirs as props, so
 * no catalogue is sent to the browser. A translator is made once per process, because it parses each message at its
 * first use; next-intl makes one per request.
 */
export async function getTranslations<N extends Namespace>(namespace: N): Promise<ReturnType<typeof translator<N>>> {
  const locale = await getLocale()
  const key = `${locale} ${namespace}`
  const known = translators.get(key) ?? translator(locale, namespace)
  translators.set(key, known)
  return known as ReturnType<typeof translator<N>>
}
