import type postgres from 'postgres'
import type { PublicTx } from '#db/doors.ts'
import { type Hit, kilometresOf } from './document.ts'
import type { Window } from './query.ts'

const timesShown = 3

/** A listing that may be shown: `score` is its place in the order (less is better), `hintAt` when it is likely free (epoch ms). */
export type Candidate = { id: string; score: number; hintAt: number | null }

/** What a listing's card needs, with its live times. */
export type LiveRow = Pick<Hit, 'id' | 'slug' | 'specialty' | 'card'> & { times: [string, number, number][] }

type Fragment = postgres.PendingQuery<postgres.Row[]>

/** For which days times are wanted, and of which service by its name; left out, each listing's first. */
export type WantedTimes = { window: Window; service: string | undefined }

/** When a window opens for a listing: midnight of the date in its zone, the instant, or null for now. */
export const opens = (tx: PublicTx, { date, instant }: Window): Fragment =>
  tx.sql`coalesce(${date}::date::timestamp at time zone time_zone, ${instant}::timestamptz)`

/**
 * A query for the `LiveRow`s of the listings in the array `ids`, in no order, as one JSON array; times start after `now`.
 * Index Scan on listing_pkey, then as `kernel.free_times` does. A listing that was withdrawn meanwhile is left out.
 */
export function liveRows(tx: PublicTx, ids: Fragment, now: Fragment, { window, service }: WantedTimes): Fragment {
  const serviceId =
    service === undefined
      ? tx.sql`null::uuid`
      : tx.sql`(select (s->>'id')::uuid from jsonb_array_elements(card->'services') with ordinality as e(s, n)
          where lower(s->>'name') = lower(${service}) order by n limit 1)`
  return tx.sql`
    with asked as materialized (
      select id, slug, specialty, card, time_zone, ${serviceId} as service_id from listing where id = any (${ids})
    ),
    free as materialized (
      select f.listing_id, json_agg(json_build_array(f.service_id, extract(epoch from f.starts_at)::float8 * 1000,
        extract(epoch from f.ends_at)::float8 * 1000) order by f.starts_at) as times
      from (select time_zone, service_id, array_agg(id) as ids from asked group by time_zone, service_id) g
      cross join lateral (select greatest(${now}, ${opens(tx, window)}) as lo) w
      cross join lateral kernel.free_times(g.ids, g.service_id, w.lo, w.lo + make_interval(days => ${window.days}::int), ${timesShown}) f
      group by f.listing_id
    )
    select coalesce(json_agg(json_build_object('id', id, 'slug', slug, 'specialty', specialty, 'card', card,
      'times', coalesce(times, '[]'))), '[]') as rows
    from asked left join free on free.listing_id = id`
}

/** The live rows of some candidates at `now`. */
export async function look(tx: PublicTx, candidates: Candidate[], now: Date, wanted: WantedTimes): Promise<LiveRow[]> {
  const ids = tx.sql`${candidates.map(({ id }) => id)}::uuid[]`
  const [row] = await tx.sql<{ rows: LiveRow[] }[]>`${liveRows(tx, ids, tx.sql`${now}::timestamptz`, wanted)}`
  return row?.rows ?? []
}

/** Live rows as they are shown, in the order of their candidates. */
export function hitsOf(rows: LiveRow[], candidates: Candidate[], isNear: boolean): Hit[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return candidates.flatMap(({ id, score }) => {
    const row = byId.get(id)
    return row ? [hitOf(row, isNear ? kilometresOf(score) : null)] : []
  })
}

const hitOf = ({ times, ...row }: LiveRow, distanceKm: number | null): Hit => ({
  ...row,
  distanceKm,
  times: times.map(([serviceId, startsAt, endsAt]) => ({
    serviceId,
    startsAt: new Date(startsAt),
    endsAt: new Date(endsAt),
  })),
})
