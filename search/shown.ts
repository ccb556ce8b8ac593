import type { PublicTx } from '#db/doors.ts'
import type { Candidate } from './candidates.ts'
import { opens } from './candidates.ts'
import { type Hit, kilometresOf } from './document.ts'
import type { Window } from './query.ts'

const timesShown = 3

type Row = Pick<Hit, 'id' | 'slug' | 'specialty' | 'card'> & { times: [string, number, number][] }

/**
 * The candidates as they are shown, in their order, with their live times: one query, however many. `service` is the
 * name of the service that times are wanted for; left out, each listing's first. Index Scan on listing_pkey, then as
 * `kernel.free_times` does. A listing that was withdrawn meanwhile is left out.
 */
export async function shown(
  tx: PublicTx,
  candidates: Candidate[],
  wanted: { window: Window; service: string | undefined; isNear: boolean; now: Date },
): Promise<Hit[]> {
  if (candidates.length === 0) return []
  const { window, service, now } = wanted
  const serviceId =
    service === undefined
      ? tx.sql`null::uuid`
      : tx.sql`(select (s->>'id')::uuid from jsonb_array_elements(card->'services') with ordinality as e(s, n)
          where lower(s->>'name') = lower(${service}) order by n limit 1)`
  const rows = await tx.sql<Row[]>`
    with asked as materialized (
      select id, slug, specialty, card, time_zone, ${serviceId} as service_id
      from listing where id = any (${candidates.map((candidate) => candidate.id)}::uuid[])
    ),
    free as materialized (
      select f.listing_id, json_agg(json_build_array(f.service_id, extract(epoch from f.starts_at)::float8 * 1000,
        extract(epoch from f.ends_at)::float8 * 1000) order by f.starts_at) as times
      from (select time_zone, service_id, array_agg(id) as ids from asked group by time_zone, service_id) g
      cross join lateral (select greatest(${now}::timestamptz, ${opens(tx, window)}) as lo) w
      cross join lateral kernel.free_times(g.ids, g.service_id, w.lo, w.lo + make_interval(days => ${window.days}::int), ${timesShown}) f
      group by f.listing_id
    )
    select id, slug, specialty, card, coalesce(times, '[]') as times from asked left join free on free.listing_id = id`
  const byId = new Map(rows.map((row) => [row.id, row]))
  return candidates.flatMap(({ id, score }) => {
    const row = byId.get(id)
    return row ? [hitOf(row, wanted.isNear ? kilometresOf(score) : null)] : []
  })
}

const hitOf = ({ times, ...row }: Row, distanceKm: number | null): Hit => ({
  ...row,
  distanceKm,
  times: times.map(([serviceId, startsAt, endsAt]) => ({
    serviceId,
    startsAt: new Date(startsAt),
    endsAt: new Date(endsAt),
  })),
})
