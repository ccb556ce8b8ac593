import { SlidersHorizontal, X } from 'lucide-react'
import { getLocale, getTranslations } from 'next-intl/server'
import { specialtyName } from '#domain/directory/specialties.ts'
import type { Found } from '#search/document.ts'
import { classList } from '#ui/class-list.ts'
import { Disclosure } from '#ui/disclosure.tsx'
import { Link } from '#ui/link.tsx'
import { type FindParams, findPath } from './query.ts'
import { Sheet, SheetButton } from './sheet.tsx'

/** How many of a facet are seen at once. */
const choicesShown = 8

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
    <Sheet
      id="filters"
      title={t('title')}
      close={t('close', { count: count(total.count) })}
      className="lg:border-0 lg:bg-transparent lg:p-0"
    >
      <div className="flex flex-col gap-6">
        {specialties.length > 0 && (
          <Facet title={t('specialty')} choices={specialties} remove={t('remove')} more={t('more')} />
        )}
        {languages.length > 0 && (
          <Facet title={t('language')} choices={languages} remove={t('remove')} more={t('more')} />
        )}
        {facets.more && <p className="text-sm text-ink-soft">{t('counted')}</p>}
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

const Facet = ({ title, choices, ...words }: { title: string; choices: Choice[]; remove: string; more: string }) => {
  const [first, rest] = [choices.slice(0, choicesShown), choices.slice(choicesShown)]
  return (
    <nav aria-label={title}>
      <h2 className="pb-1 font-semibold">{title}</h2>
      <Choices choices={first} remove={words.remove} />
      {rest.length > 0 && (
        <Disclosure summary={words.more} isOpen={rest.some(({ isChosen }) => isChosen)}>
          <Choices choices={rest} remove={words.remove} />
        </Disclosure>
      )}
    </nav>
  )
}

const Choices = ({ choices, remove }: { choices: Choice[]; remove: string }) => (
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
          <span className="min-w-0 grow py-1">{label}</span>
          {isChosen ? (
            <>
              <X aria-hidden className="size-4 shrink-0" />
              <span className="sr-only">{remove}</span>
            </>
          ) : (
            <span className="shrink-0 text-sm whitespace-nowrap text-ink-soft tabular-nums">{count}</span>
          )}
        </Link>
      </li>
    ))}
  </ul>
)
