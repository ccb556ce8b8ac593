import { withPublic } from '#db/doors.ts'
import { FindInput } from '#domain/directory/input.ts'
import { find } from '#search/postgres.ts'
import { atMost, type Figures, quantile, reported, seeded, timed } from '../figures.ts'
import type { World } from '../world.ts'

const warmUp = 30

export type Wanted = { near: string; specialty: string }

/** Where people look, weighted as clinics are: the ZIP of a random listing, and a specialty found there. */
export async function questions(count: number): Promise<Wanted[]> {
  const rows = await withPublic(
    (tx) => tx.sql<Wanted[]>`
      select card->'location'->>'postalCode' as near, specialty from listing order by hashtext(id::text) limit 5000`,
  )
  const known = await withPublic(
    (tx) =>
      tx.sql<
        { zip: string }[]
      >`select postal_code as zip from place where postal_code = any (${rows.map((row) => row.near)})`,
  )
  const zips = new Set(known.map((row) => row.zip))
  const usable = rows.filter((row) => zips.has(row.near))
  const random = seeded(20_261_121)
  return Array.from({ length: count }, () => usable[Math.floor(random() * usable.length)] as Wanted)
}

/** The result page: hits, facets and live times for a specialty near a ZIP, 40 km, 20 results; the same over HTTP. */
export async function searchCase(world: World, isQuick: boolean): Promise<Figures> {
  const wanted = await questions(isQuick ? 130 : 330)
  const times = { nearest: [] as number[], soonest: [] as number[], http: [] as number[], page: [] as number[] }
  for (const [index, { near, specialty }] of wanted.entries()) {
    const query = { near, specialty, radiusKm: '40', limit: '20', sort: 'nearest' }
    const ask = (sort: string) => withPublic((tx) => find(tx, FindInput.parse({ ...query, sort })))
    const ways: [keyof typeof times, () => Promise<unknown>][] = [
      ['nearest', () => ask('nearest')],
      ['http', () => read(`${world.web}/api/v1/listings?${new URLSearchParams(query)}`)],
      ['soonest', () => ask('soonest')],
      ['page', () => read(`${world.web}/find?${new URLSearchParams({ near, specialty, radiusKm: '40' })}`)],
    ]
    // Who asks first reads what the others then find warm, so they take turns at it.
    for (const [name, run] of [...ways.slice(index % ways.length), ...ways.slice(0, index % ways.length)]) {
      const { ms } = await timed(run)
      if (index >= warmUp) times[name].push(ms)
    }
  }
  const sql = quantile(times.nearest, 0.5)
  return {
    result_page_sql_p50_ms: atMost(sql, 'ms', 8),
    result_page_sql_p99_ms: reported(quantile(times.nearest, 0.99), 'ms'),
    result_page_soonest_sql_p50_ms: reported(quantile(times.soonest, 0.5), 'ms'),
    result_page_http_over_sql: atMost(quantile(times.http, 0.5) / sql, 'ratio', 4),
    result_page_http_p50_ms: reported(quantile(times.http, 0.5), 'ms'),
    result_page_html_p50_ms: reported(quantile(times.page, 0.5), 'ms'),
  }
}

async function read(url: string): Promise<number> {
  const answer = await fetch(url)
  const body = await answer.text()
  if (!answer.ok) throw new Error(`${answer.status} from ${url}: ${body.slice(0, 200)}`)
  return body.length
}
