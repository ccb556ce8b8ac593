import { SlidersHorizontal, X } from 'lucide-react'
import { getLocale, getTranslations } from 'next-intl/server'
import { specialtyName } from '#domain/directory/specialties.ts'
import type { Found } from '#search/document.ts'
import { Button } from '#ui/button.tsx'
import { classList } from '#ui/class-list.ts'
import { Link } from '#ui/link.tsx'
import { type FindParams, findPath } from './query.ts'

type Choice = { href: string; label: string; count: string; isChosen: boolean }

/** How many filters are on. */
const chosenCount = ({ specialty, language }: FindParams): number => [specialty, language].filter(Boolean).length

/**
 * Specialty and language with how many each would leave. Beside the results where there is room; on a phone a sheet
 * that the browser opens and closes by itself.
 */
export async function Filters({ params, found }: { params: FindParams; found: Found }) {
  const [t, locale] = await Promise.all([getTranslations('find.filters'), getLocale()])
  const { facets, total } = found
  const count = (value: number) => new Intl.NumberFormat(locale).format(value)
  const toggle = (name: 'specialty' | 'language', value: string) =>
    findPath(params, { [name]: params[name] === value ? undefined : value })
  const specialties = facets.specialty.map(({ value, count: many }) => ({
    href: toggle('specialty', value),
    label: specialtyName(value, locale),
    count: count(many),
    isChosen: params.specialty === value,
  }))
  const languages = facets.language
    .filter(({ value, count: many }) => many < total.count || params.language === value)
    .map(({ value, count: many }) => ({
      href: toggle('language', value),
      label: value,
      count: count(many),
      isChosen: params.language === value,
    }))
  return (
    <div
      id="filters"
      popover="auto"
      className={classList(
        'inset-x-0 top-auto bottom-0 m-0 max-h-[85dvh] w-full max-w-none overflow-y-auto border-line bg-surface p-4 text-ink backdrop:bg-ink/30 max-lg:rounded-t-card max-lg:border-t max-lg:shadow-float',
        'lg:static lg:flex lg:max-h-none lg:w-auto lg:flex-col lg:gap-6 lg:overflow-visible lg:border-0 lg:bg-transparent lg:p-0',
      )}
    >
      <div className="flex items-center justify-between lg:hidden">
        <h2 className="text-lg font-bold">{t('title')}</h2>
        <Button type="button" tone="quiet" popoverTarget="filters" popoverTargetAction="hide">
          {t('close', { count: count(total.count) })}
        </Button>
      </div>
      {specialties.length > 0 && <Facet title={t('specialty')} choices={specialties} removeLabel={t('remove')} />}
      {languages.length > 0 && <Facet title={t('language')} choices={languages} removeLabel={t('remove')} />}
      {facets.more && <p className="text-sm text-ink-soft">{t('counted')}</p>}
    </div>
  )
}

/** What opens the sheet on a phone. */
export async function FiltersButton({ params }: { params: FindParams }) {
  const t = await getTranslations('find.filters')
  return (
    <Button
      type="button"
      size="small"
      popoverTarget="filters"
      icon={<SlidersHorizontal aria-hidden />}
      className="lg:hidden"
    >
      {t('open', { count: chosenCount(params) })}
    </Button>
  )
}

const Facet = ({ title, choices, removeLabel }: { title: string; choices: Choice[]; removeLabel: string }) => (
  <nav aria-label={title} className="max-lg:pt-4">
    <h3 className="pb-1 font-semibold">{title}</h3>
    <ul>
      {choices.map(({ href, label, count, isChosen }) => (
        <li key={href}>
          <Link
            href={href}
            aria-current={isChosen ? 'true' : undefined}
            className={classList(
              '-mx-2 flex min-h-9 items-center gap-2 rounded-control px-2 pointer-coarse:min-h-11',
              isChosen ? 'bg-accent-soft font-semibold text-accent-strong' : 'hover:bg-sunken',
            )}
          >
            <span className="min-w-0 grow">{label}</span>
            {isChosen ? (
              <>
                <X aria-hidden className="size-4 shrink-0" />
                <span className="sr-only">{removeLabel}</span>
              </>
            ) : (
              <span className="text-sm text-ink-soft tabular-nums">{count}</span>
            )}
          </Link>
        </li>
      ))}
    </ul>
  </nav>
)
