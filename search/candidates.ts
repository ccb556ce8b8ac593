import type postgres from 'postgres'
import type { PublicTx } from '#db/doors.ts'
import type { FindInput } from '#domain/directory/input.ts'
import { chordOf, cubeOf, type Facets, type NamedPoint } from './document.ts'
import type { Keyset, Order, Window } from './query.ts'
import { type Candidate, type LiveRow, liveRows, opens } from './shown.ts'

/** Beyond a page, so many more are looked at live before the order by time is trusted. */
const spare = 8

/** Only so many of the best are counted and listed; by live time so many are ordered. */
const mostCounted = 2_000
const mostOrdered = 200

/** A wider circle holds so many that taking them in order of distance, until there are enough, beats looking at its box. */
const boxedKm = 100

export type Ask = {
  query: FindInput
  order: Order
  near: NamedPoint | null
  /** The text of a `tsquery`. */
  words: string | undefined
  window: Window
}

export type Candidates = {
  list: Candidate[]
  /** The first of the list, so many, as they are live: what a first page needs, in the same trip. */
  looked: { count: number; rows: LiveRow[] }
  facets: Facets
  total: { count: number; more: boolean }
  checkedAt: Date
}

type Fragment = postgres.PendingQuery<postgres.Row[]>
type Row = {
  list: [string, number, number | null][]
  specialties: Facets['specialty']
  languages: Facets['language']
  count: number
  counted: number
  looked: number
  rows: LiveRow[]
  checkedAt: Date
}

/**
 * What matches a query, at most 2,000 of the best, and how many have each specialty and language. In `list` the first of
 * a page after `after` (one more than `limit`); for `soonest` the 200 that are likely free first. With a place: Index
 * Only Scan on listing_near or listing_specialty_near in order of distance; with words: Bitmap Index Scan on
 * listing_search; else Index Scan on the hints' next_available_at. The first of the list are looked at live.
 */
export async function candidatesOf(tx: PublicTx, ask: Ask, after: Keyset | undefined): Promise<Candidates> {
  const { specialty, language } = ask.query
  const counted = (facet: 'specialty' | 'language', isFiltered: boolean) =>
    isFiltered ? tx.sql`(${matches(tx, ask, facet)})` : tx.sql`reached`
  const ids = tx.sql`array(select id from listed where place <= (select count from looked))`
  const [row] = await tx.sql<Row[]>`
    with moment as materialized (select clock_timestamp() as at),
    mine as materialized (${matches(tx, ask)}),
    reached as materialized (select * from mine where ${within(tx, ask)} limit ${mostCounted}),
    by_specialty as materialized (
      select c.specialty as value, coalesce(s.name, c.specialty) as name, c.count
      from (select specialty, count(*)::int from ${counted('specialty', specialty !== undefined)} m where ${within(tx, ask)} group by 1) c
      left join specialty s on s.code = c.specialty
    ),
    by_language as materialized (
      select value, count(*)::int
      from ${counted('language', language !== undefined)} m cross join lateral unnest(m.languages) as value
      where ${within(tx, ask)} group by 1
    ),
    listed as materialized (select l.*, row_number() over () as place from (${listed(tx, ask, after)}) l),
    looked as materialized (select ${lookedAt(tx, ask, after)} as count)
    select (select at from moment) as "checkedAt",
      (select count(*)::int from mine where ${within(tx, ask)}) as count,
      (select sum(count)::int from by_specialty) as counted,
      (select coalesce(json_agg(by_specialty order by count desc, value), '[]') from by_specialty) as specialties,
      (select coalesce(json_agg(by_language order by count desc, value), '[]') from by_language) as languages,
      (select coalesce(json_agg(json_build_array(id, score, hint) order by place), '[]') from listed) as list,
      (select count from looked) as looked,
      (${liveRows(tx, ids, tx.sql`(select at from moment)`, { window: ask.window, service: ask.query.service })}) as rows`
  if (!row) throw new Error('the search answered without a row')
  const cut = row.count > mostCounted
  return {
    list: row.list.map(([id, score, hintAt]) => ({ id, score, hintAt })),
    looked: { count: row.looked, rows: row.rows },
    facets: { specialty: row.specialties, language: row.languages, more: cut || row.counted >= mostCounted },
    total: { count: Math.min(row.count, mostCounted), more: cut },
    checkedAt: row.checkedAt,
  }
}

/** The listings that match, best first, one more than are counted; `but` leaves that filter out. */
function matches(tx: PublicTx, ask: Ask, but?: 'specialty' | 'language'): Fragment {
  const { specialty, language, service, radiusKm } = ask.query
  const point = ask.near && cubeOf(ask.near)
  const tsquery = tx.sql`to_tsquery('simple', ${ask.words ?? ''})`
  const isByTime = ask.order === 'soonest' && !but
  const likely = isByTime ? tx.sql`, next_available_at, free_days, hinted_on, time_zone` : tx.sql``
  const rank = tx.sql`-ts_rank(search, ${tsquery})::float8`
  const score = point ? tx.sql`place <-> ${point}::cube` : ask.order === 'best' ? rank : tx.sql`0::float8`
  const order = point ? score : tx.sql`next_available_at`
  return tx.sql`
    select id, specialty, languages, ${score} as score${likely}
    from listing ${isByTime || !point ? tx.sql`join listing_hint on listing_id = id` : tx.sql``}
    where true
      ${point && radiusKm <= boxedKm ? tx.sql`and place <@ cube_enlarge(${point}::cube, ${chordOf(radiusKm)}, 3)` : tx.sql``}
      ${ask.words === undefined ? tx.sql`` : tx.sql`and search @@ ${tsquery}`}
      ${specialty === undefined || but === 'specialty' ? tx.sql`` : tx.sql`and specialty = ${specialty}`}
      ${language === undefined || but === 'language' ? tx.sql`` : tx.sql`and languages @> array[${language}]`}
      ${service === undefined ? tx.sql`` : offers(tx, service)}
    order by ${order} limit ${but ? mostCounted : mostCounted + 1}`
}

/** Offers a service of this name, in any case; its words are asked first, because they have an index. */
const offers = (tx: PublicTx, service: string): Fragment => tx.sql`
  and search @@ plainto_tsquery('simple', unaccent(lower(${service})))
  and lower(${service}) in (select lower(name) from unnest(service_names) as name)`

/** Inside the circle: the box that the index searches has corners, and a wide one is not boxed. */
const within = (tx: PublicTx, ask: Ask): Fragment =>
  ask.near ? tx.sql`score <= ${chordOf(ask.query.radiusKm)}` : tx.sql`true`

function listed(tx: PublicTx, ask: Ask, after: Keyset | undefined): Fragment {
  if (ask.order === 'soonest') {
    return tx.sql`
      select id, score, extract(epoch from hint)::float8 * 1000 as hint
      from reached cross join moment cross join lateral (${hint(tx, ask)}) h
      order by hint nulls last, score, id limit ${mostOrdered}`
  }
  const rest = after ? tx.sql`where (score, id) > (${after.score}, ${after.id}::uuid)` : tx.sql``
  return tx.sql`
    select id, score, null::float8 as hint from reached ${rest} order by score, id limit ${ask.query.limit + 1}`
}

/** How many of the list are looked at live at once: a page; by time also those before it, one more, and a few to spare. */
function lookedAt(tx: PublicTx, ask: Ask, after: Keyset | undefined): Fragment {
  if (ask.order !== 'soonest') return tx.sql`${ask.query.limit}::int`
  const needed = ask.query.limit + 1
  if (!after) return tx.sql`${needed + spare}::int`
  return tx.sql`(${needed + spare}::int + (select count(*) from listed
    where coalesce(hint, 'infinity') <= coalesce(${after.at}::float8, 'infinity')))::int`
}

/**
 * When a listing is likely free first in the window: by the next time known, else by the days known to be free; the
 * window's start when nothing is known, null when it is known to have nothing. Never later than the truth while the hints are fresh.
 */
const hint = (tx: PublicTx, { window }: Ask): Fragment => tx.sql`
  select case
    when next_available_at >= w.lo then case when next_available_at < w.hi then next_available_at end
    when w.skip > 29 then w.lo
    when w.days <> 0 then
      greatest(w.lo, (hinted_on + w.skip + round(ln((w.days & -w.days)::float8) / ln(2.0))::int)::timestamp at time zone time_zone)
    when w.skip + ${window.days}::int > 30 then (hinted_on + 30)::timestamp at time zone time_zone
  end as hint
  from (
    select b.lo, b.hi, b.skip, (free_days >> least(b.skip, 30)) & ((1 << ${window.days}::int) - 1) as days
    from (
      select s.lo, s.lo + make_interval(days => ${window.days}::int) as hi,
        greatest(0, (s.lo at time zone time_zone)::date - hinted_on) as skip
      from (select greatest(moment.at, ${opens(tx, window)}) as lo) s
    ) b
  ) w`
