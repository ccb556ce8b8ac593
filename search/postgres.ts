import type { PublicTx } from '#db/doors.ts'
import type { FindInput } from '#domain/directory/input.ts'
import { type Ask, type Candidates, candidatesOf } from './candidates.ts'
import type { Found, Hit } from './document.ts'
import { findPlace } from './near.ts'
import { compareKeys, type Keyset, openCursor, orderOf, sealCursor, windowOf } from './query.ts'
import { type Candidate, hitsOf, look } from './shown.ts'
import { readWords, type Typed, tsqueryOf } from './words.ts'

/** By time, what the first look does not settle is looked at so many at a time. */
const batch = 48

type Listed = { hit: Hit; key: Keyset }

/**
 * One page of what is published and matches `query`, with live times. Throws `invalid` at /near for a place that is not
 * known and at /cursor for a cursor that is not this query's.
 */
export async function find(tx: PublicTx, query: FindInput): Promise<Found> {
  const after = openCursor(query)
  const [near, typed] = await Promise.all([
    query.near === undefined ? null : findPlace(tx, query.near),
    query.q === undefined ? null : readWords(tx, query.q),
    planByValue(tx, query),
  ])
  const words = typed ? tsqueryOf(typed) : undefined
  const strict: Ask = { query, order: orderOf(query), near, words, window: windowOf(query.from) }
  const { ask, candidates } = await orAny(tx, strict, typed, after)
  const isByTime = ask.order === 'soonest'
  const listed = isByTime ? await byTime(tx, ask, candidates, after) : inOrder(ask, candidates)
  const last = listed[query.limit - 1]
  const hasMore = (isByTime ? listed : candidates.list).length > query.limit
  return {
    hits: listed.slice(0, query.limit).map(({ hit }) => hit),
    facets: candidates.facets,
    total: candidates.total,
    page: { next: hasMore && last ? sealCursor(query, last.key) : null, hasMore },
    typed,
    isPartial: ask !== strict,
    near,
    checkedAt: candidates.checkedAt,
  }
}

/** How many listings have a word, a language or a service differs a thousandfold: such a query is planned for its values. */
const planByValue = async (tx: PublicTx, { q, language, service }: FindInput): Promise<unknown> =>
  (q ?? language ?? service) !== undefined && tx.sql`select set_config('plan_cache_mode', 'force_custom_plan', true)`

/** What matches all the words; when nothing does and there are several, what matches any. */
async function orAny(tx: PublicTx, ask: Ask, typed: Typed | null, after: Keyset | undefined) {
  const candidates = await candidatesOf(tx, ask, after)
  const isEnough = candidates.total.count > 0 || !typed || typed.words.length < 2
  if (isEnough) return { ask, candidates }
  const loose = { ...ask, words: tsqueryOf(typed, 'any') }
  const some = await candidatesOf(tx, loose, after)
  return some.total.count > 0 ? { ask: loose, candidates: some } : { ask, candidates }
}

function inOrder(ask: Ask, { list, looked }: Candidates): Listed[] {
  const hits = hitsOf(looked.rows, list, ask.near !== null)
  return keyed(hits, list).map(({ hit, key }) => ({ hit, key: { ...key, at: null } }))
}

/**
 * Looks at the candidates live, those that are likely free first, until nothing that is left can come before the page's
 * last: at most all 200.
 */
async function byTime(
  tx: PublicTx,
  ask: Ask,
  { list, looked, checkedAt }: Candidates,
  after?: Keyset,
): Promise<Listed[]> {
  const needed = ask.query.limit + 1
  const wanted = { window: ask.window, service: ask.query.service }
  let listed: Listed[] = []
  let rows = looked.rows
  for (let from = 0, size = looked.count; from < list.length; from += size, size = batch) {
    const some = list.slice(from, from + size)
    if (from > 0) rows = await look(tx, some, checkedAt, wanted)
    const fresh = keyed(hitsOf(rows, some, ask.near !== null), some).filter(
      ({ key }) => !after || compareKeys(key, after) > 0,
    )
    listed = [...listed, ...fresh].sort((one, other) => compareKeys(one.key, other.key))
    const [end, next] = [listed[needed - 1], list[from + size]]
    if (end && next && compareKeys(end.key, { at: next.hintAt, score: next.score, id: next.id }) <= 0) break
  }
  return listed
}

function keyed(hits: Hit[], looked: Candidate[]): Listed[] {
  const scores = new Map(looked.map(({ id, score }) => [id, score]))
  return hits.map((hit) => ({
    hit,
    key: { at: hit.times[0]?.startsAt.getTime() ?? null, score: scores.get(hit.id) ?? 0, id: hit.id },
  }))
}
