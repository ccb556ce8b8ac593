import { Search } from 'lucide-react'
import type { Metadata } from 'next'
import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { RedFlagPanel } from '#app/_shell/red-flag-panel.tsx'
import { type Help, helpFor } from '#domain/directory/red-flags.ts'
import { specialtyName } from '#domain/directory/specialties.ts'
import { newId } from '#lib/ids.ts'
import type { Found } from '#search/document.ts'
import { Card } from '#ui/card.tsx'
import { TextLink } from '#ui/link.tsx'
import { Notice } from '#ui/notice.tsx'
import { Page } from '#ui/page.tsx'
import { FiltersButton, hasFilters } from '../_find/filters.tsx'
import { type Asked, findPath, readAsked, type SearchParams } from '../_find/query.ts'
import { Results } from '../_find/results.tsx'
import { type Answer, answerTo } from '../_find/search.ts'
import { SearchBar } from '../_find/search-bar.tsx'
import { Sheet, SheetButton } from '../_find/sheet.tsx'

type Props = { searchParams: Promise<SearchParams> }

/** Whom to call. As typed, and before anything is looked up: for words that are too long, and while the database is down. */
const helpOf = ({ params, query }: Asked): Help[] => (query.notEmergency ? [] : helpFor(params.q, params.near))

/** Of words that are a red flag nothing is shown, until the person says that it is no emergency. */
const withheld: Answer = { found: undefined, errors: {}, isDown: false }

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  return { title: await headline(readAsked(await searchParams)), robots: { index: false } }
}

export default async function Find({ searchParams }: Props) {
  const asked = readAsked(await searchParams)
  const help = helpOf(asked)
  const { found, errors, isDown } = help.length > 0 ? withheld : await answerTo(asked)
  const [t, title, words] = await Promise.all([getTranslations('find'), headline(asked, found), inWords(errors)])
  const bar = <SearchBar params={asked.params} errors={words} />
  const isSearched = Boolean(asked.params.q ?? asked.params.near ?? asked.params.specialty)
  return (
    <Page className="flex flex-col gap-6">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <h1 className="text-2xl font-bold tracking-tight">{title}</h1>
        {found && (
          <div className="flex flex-wrap gap-2 lg:hidden">
            {isSearched && (
              <SheetButton id="search" icon={<Search aria-hidden />}>
                {t('bar.change')}
              </SheetButton>
            )}
            {hasFilters(found) && <FiltersButton params={asked.params} />}
          </div>
        )}
      </div>
      <RedFlagPanel help={help}>
        <TextLink href={findPath(asked.params, { notEmergency: 'yes' })} className="self-start py-1 font-semibold">
          {t('notEmergency')}
        </TextLink>
      </RedFlagPanel>
      {isSearched && found ? (
        <Sheet id="search" title={t('bar.change')} close={t('bar.close')}>
          {bar}
        </Sheet>
      ) : (
        <Card className="lg:p-6">{bar}</Card>
      )}
      {isDown && (
        <Notice tone="warn" title={t('down.title')}>
          {t('down.body')}
        </Notice>
      )}
      {found && <Results asked={asked} found={found} left={Object.values(words)} formKey={newId()} />}
    </Page>
  )
}

/** "“flu shot” near Boise, ID": what was asked for, as the title of its results. Words of an emergency are not repeated. */
async function headline(asked: Asked, found?: Found): Promise<string> {
  const { params, query } = asked
  const [t, locale] = await Promise.all([getTranslations('find.headline'), getLocale()])
  const specialty = query.specialty && specialtyName(query.specialty, locale)
  if (helpOf(asked).length > 0) return t('help')
  const what = query.q ? t('words', { words: query.q }) : (specialty ?? query.service)
  const where = found?.near?.label ?? params.near
  if (!where) return what ?? t('all')
  return what ? t('near', { what, where }) : t('allNear', { where })
}

/** Message keys as sentences. */
async function inWords(errors: Asked['errors']): Promise<Asked['errors']> {
  const t = await getTranslations('errors')
  const say = (key: string) => (t.has(key as 'unknown') ? t(key as 'unknown') : t('invalid_field'))
  return Object.fromEntries(Object.entries(errors).map(([name, key]) => [name, say(key)]))
}
