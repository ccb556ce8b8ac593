import { SearchX } from 'lucide-react'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { specialtyName } from '#domain/directory/specialties.ts'
import type { Found } from '#search/document.ts'
import { LinkButton } from '#ui/button.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { radiusLabel } from './distance.ts'
import { type FindParams, findPath, widerThan } from './query.ts'

/** No results: what can be given up to find some, each as a link. */
export async function NothingFound({ params, found }: { params: FindParams; found: Found }) {
  const [t, locale] = await Promise.all([getTranslations('find.nothing'), getLocale()])
  const { specialty, language, service, q, near } = params
  const wider = near ? widerThan(params) : undefined
  const left = (facet: { count: number }[]) => facet.reduce((sum, { count }) => sum + count, 0)
  const ways = [
    wider && {
      label: t('wider', { distance: radiusLabel(wider.km, locale) }),
      href: wider.href,
    },
    specialty && {
      label: t('withoutSpecialty', {
        specialty: specialtyName(specialty, locale),
        count: left(found.facets.specialty),
      }),
      href: findPath(params, { specialty: undefined }),
    },
    language && {
      label: t('withoutLanguage', { language }),
      href: findPath(params, { language: undefined }),
    },
    service && { label: t('withoutService', { service }), href: findPath(params, { service: undefined }) },
    q && { label: t('withoutWords', { words: q }), href: findPath(params, { q: undefined }) },
    near && { label: t('anywhere'), href: findPath(params, { near: undefined, radiusKm: undefined }) },
  ].filter((way) => typeof way === 'object')
  return (
    <EmptyState
      icon={<SearchX />}
      title={t('title')}
      actions={ways.map(({ label, href }) => (
        <LinkButton key={href} href={href}>
          {label}
        </LinkButton>
      ))}
    >
      <p>{ways.length > 0 ? t('body') : t('empty')}</p>
    </EmptyState>
  )
}
