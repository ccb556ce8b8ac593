import { SlidersHorizontal, X } from 'lucide-react'
import { getLocale, getTranslations } from 'next-intl/server'
import { specialtyName } from '#domain/directory/specialties.ts'
import type { Found } from '#search/document.ts'
import { ChipButton } from '#ui/chip.tsx'
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

/** Whether there is anything to filter by. */
export const hasFilters = ({ facets }: Found): boolean => facets.specialty.length + facets.language.length > 0

/**
 * Specialty and language with how many each would leave: chips that open a list where there is room, one sheet on a
 * phone. The browser opens and closes both by itself.
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
  const words = { remove: t('remove'), more: t('more'), counted: facets.more ? t('counted') : undefined }
  return (
    <Sheet id="filters" title={t('title')} close={t('close', { count: count(total.count) })} isPlain>
      <div className="flex flex-col gap-6 lg:flex-row lg:gap-2">
        {specialties.length > 0 && <Facet id="specialty" title={t('specialty')} choices={specialties} {...words} />}
        {languages.length > 0 && <Facet id="language" title={t('language')} choices={languages} {...words} />}
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

type FacetProps = {
  id: string
  title: string
  choices: Choice[]
  remove: string
  more: string
  counted: string | undefined
}

/** One filter: a chip and the list that it opens; in the phone's sheet the list alone, under its name. */
const Facet = ({ id, title, choices, remove, more, counted }: FacetProps) => {
  const [first, rest] = [choices.slice(0, choicesShown), choices.slice(choicesShown)]
  const anchor = `--facet-${id}`
  return (
    <>
      <ChipButton popoverTarget={`facet-${id}`} style={{ anchorName: anchor }} className="max-lg:hidden">
        {title}
      </ChipButton>
      <nav
        id={`facet-${id}`}
        popover="auto"
        aria-label={title}
        style={{ positionAnchor: anchor }}
        className="chip-list border-line bg-surface text-ink"
      >
        <h3 className="pb-1 font-semibold lg:hidden">{title}</h3>
        <Choices choices={first} remove={remove} />
        {rest.length > 0 && (
          <Disclosure summary={more} isOpen={rest.some(({ isChosen }) => isChosen)}>
            <Choices choices={rest} remove={remove} />
          </Disclosure>
        )}
        {counted && <p className="pt-3 text-sm text-ink-soft">{counted}</p>}
      </nav>
    </>
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
