import { getLocale, getTranslations } from '#app/_server/i18n.ts'
import { sorts } from '#domain/directory/input.ts'
import { specialtyName } from '#domain/directory/specialties.ts'
import type { Found } from '#search/document.ts'
import { isInsurance } from '#search/sayings.ts'
import { ChipLink } from '#ui/chip.tsx'
import { classList } from '#ui/class-list.ts'
import { Link, TextLink } from '#ui/link.tsx'
import { Notice } from '#ui/notice.tsx'
import { Pagination } from '#ui/pagination.tsx'
import { holdAction } from '../book/actions.ts'
import { cardOf } from './card.ts'
import { countLabel } from './count.ts'
import { radiusLabel } from './distance.ts'
import { Filters, hasFilters } from './filters.tsx'
import { NothingFound } from './nothing.tsx'
import { type Asked, type FindParams, findPath, widerThan } from './query.ts'
import { ResultList } from './result-list.client.tsx'

type Props = {
  asked: Asked
  found: Found
  /** Parts of the address that were left out, in words. */
  left: string[]
  formKey: string
}

/** How many, in which order, and the list of them. */
export async function Results({ asked, found, left, formKey }: Props) {
  const [t, locale] = await Promise.all([getTranslations('find.results'), getLocale()])
  const { params } = asked
  const { hits, total, page, checkedAt } = found
  const card = await getTranslations('find.card')
  const shared = { t: card, locale, checkedAt, formKey, words: found.typed?.words ?? [], from: params.from }
  const count = countLabel(total.count, locale)
  return (
    <section aria-labelledby="count" className="flex min-w-0 flex-col gap-4">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-3">
        {hasFilters(found) && <Filters params={params} found={found} />}
        <Chosen params={params} />
        <div className="flex grow flex-wrap items-center justify-between gap-x-6 gap-y-2 lg:justify-end">
          <div className="flex flex-col sm:flex-row sm:items-baseline sm:gap-x-2">
            <h2 id="count" className="font-semibold">
              {t('count', { total: total.count, count: total.more ? t('more', { count }) : count })}
            </h2>
            {hits.length > 0 && <p className="text-sm text-ink-soft">{t('checked')}</p>}
          </div>
          <Sort params={params} />
        </div>
      </div>
      <ReadAs found={found} params={params} />
      {left.length > 0 && (
        <Notice>
          {left.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
        </Notice>
      )}
      {hits.length === 0 && <NothingFound params={params} found={found} />}
      <ResultList
        cards={JSON.stringify(hits.map((hit, index) => cardOf(hit, index, shared)))}
        labels={{ holding: card('holding'), more: card('more'), later: card('later'), none: card('none') }}
        holdAction={holdAction}
      />
      {(params.cursor || page.next) && (
        <Pagination
          label={t('pages')}
          previous={params.cursor ? { href: findPath(params), label: t('first') } : undefined}
          next={page.next ? { href: findPath(params, { cursor: page.next }), label: t('next') } : undefined}
        />
      )}
    </section>
  )
}

/** How the words were read, and what of them could not be followed. */
async function ReadAs({ found: { typed, isPartial, hits }, params }: { found: Found; params: FindParams }) {
  if (!typed) return null
  const t = await getTranslations('find.results')
  const strong = { strong: (words: React.ReactNode) => <strong className="font-semibold">{words}</strong> }
  const unknown = typed.ignored.filter((word) => !isInsurance(word))
  const said = [
    typed.corrected.length > 0 && hits.length > 0 && t.rich('corrected', { words: typed.words.join(' '), ...strong }),
    unknown.length > 0 && t.rich('ignored', { words: unknown.join(', '), ...strong }),
    typed.ignored.some(isInsurance) && t('insurance'),
    isPartial && t('partial'),
  ].filter(Boolean)
  if (said.length === 0) return null
  const wider = isPartial && params.near !== undefined ? widerThan(params) : undefined
  return (
    <div className="flex max-w-prose flex-col gap-1">
      {said.map((sentence, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a sentence is its place
        <p key={index}>{sentence}</p>
      ))}
      {wider && (
        <TextLink href={wider.href} className="self-start">
          {t('wider', { distance: radiusLabel(wider.km, await getLocale()) })}
        </TextLink>
      )}
    </div>
  )
}

/** The filters that are on, each a link that takes it off. */
async function Chosen({ params }: { params: FindParams }) {
  const [t, locale] = await Promise.all([getTranslations('find.filters'), getLocale()])
  const { specialty, language, service } = params
  const chosen = [
    specialty && { name: 'specialty' as const, label: specialtyName(specialty, locale) },
    language && { name: 'language' as const, label: language },
    service && { name: 'service' as const, label: service },
  ].filter((filter) => typeof filter === 'object')
  if (chosen.length === 0) return null
  return (
    <ul aria-label={t('chosen')} className="flex flex-wrap gap-2">
      {chosen.map(({ name, label }) => (
        <li key={name}>
          <ChipLink isChosen href={findPath(params, { [name]: undefined })} label={label} removeLabel={t('remove')} />
        </li>
      ))}
    </ul>
  )
}

async function Sort({ params }: { params: FindParams }) {
  const t = await getTranslations('find.sort')
  return (
    <nav aria-label={t('label')} className="flex rounded-control border border-line-strong bg-surface p-0.5">
      {sorts.map((sort) => {
        const isChosen = (params.sort ?? 'soonest') === sort
        return (
          <Link
            key={sort}
            href={findPath(params, { sort })}
            aria-current={isChosen ? 'true' : undefined}
            className={classList(
              'inline-flex min-h-8 items-center rounded-control px-3 pointer-coarse:min-h-10',
              isChosen ? 'bg-accent-soft font-semibold text-accent-strong' : 'hover:bg-sunken',
            )}
          >
            {t(sort)}
          </Link>
        )
      })}
    </nav>
  )
}
