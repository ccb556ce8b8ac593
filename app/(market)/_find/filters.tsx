import { SlidersHorizontal } from 'lucide-react'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { specialtyName } from '#domain/directory/specialties.ts'
import type { Found } from '#search/document.ts'
import { countLabel } from './count.ts'
import { type Choice, Facet } from './facet.client.tsx'
import { type FindParams, findPath } from './query.ts'
import { Sheet, SheetButton } from './sheet.tsx'

/** How many filters are on. */
const chosenCount = ({ specialty, language }: FindParams): number => [specialty, language].filter(Boolean).length

/** Whether there is anything to filter by. */
export const hasFilters = ({ facets }: Found): boolean => facets.specialty.length + facets.language.length > 0

/**
 * Specialty and language with how many each would leave: chips that open a list where there is room, one sheet on a
 * phone. The browser opens and closes both by itself.
 */
export async function Filters({ params, found }: { params: FindParams; found: Found }) {
  const [t, locale] = await Promise.all([getTranslations('find.filters'), getLocale()])
  const { facets, total } = found
  const toggle = (name: 'specialty' | 'language', value: string) =>
    findPath(params, { [name]: params[name] === value ? undefined : value })
  const specialties: Choice[] = facets.specialty.map(({ value, count: many }) => ({
    href: toggle('specialty', value),
    label: specialtyName(value, locale),
    count: countLabel(many, locale),
    isChosen: params.specialty === value,
  }))
  const languages: Choice[] = facets.language
    .filter(({ value, count: many }) => many < total.count || params.language === value)
    .map(({ value, count: many }) => ({
      href: toggle('language', value),
      label: value,
      count: countLabel(many, locale),
      isChosen: params.language === value,
    }))
  const words = { remove: t('remove'), more: t('more'), counted: facets.more ? t('counted') : undefined }
  return (
    <Sheet id="filters" title={t('title')} close={t('close', { count: countLabel(total.count, locale) })} isPlain>
      <div className="flex flex-col gap-6 lg:flex-row lg:gap-2">
        {specialties.length > 0 && (
          <Facet id="specialty" title={t('specialty')} choices={JSON.stringify(specialties)} {...words} />
        )}
        {languages.length > 0 && (
          <Facet id="language" title={t('language')} choices={JSON.stringify(languages)} {...words} />
        )}
      </div>
    </Sheet>
  )
}

/** What opens the sheet on a phone. */
export async function FiltersButton({ params }: { params: FindParams }) {
  const t = await getTranslations('find.filters')
  return (
    <SheetButton id="filters" icon={<SlidersHorizontal aria-hidden />}>
      {t('open', { count: chosenCount(params) })}
    </SheetButton>
  )
}
