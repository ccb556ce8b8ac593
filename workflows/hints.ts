import { type RelayTx, withRelay } from '#db/doors.ts'
import type { Topic } from '#db/outbox.ts'
import { log } from '#lib/log.ts'

/** Ids are given out before the commit, so news can turn up behind newer news: so many ids are looked at again. */
const lookBack = 500
/** So many bookings at a time; each listing is refreshed once for all of them. */
const batch = 200
/** Working hints out costs more than a booking: a listing that is booked fast waits for the next second. */
const paceMs = 1_000

/** The news that change what is free. */
const topics: Topic[] = ['booking.booked', 'booking.moved', 'booking.cancelled']

type News = { id: number; tenantId: string; visitId: string; topic: Topic }

/**
 * Keeps the hints that search sorts by in step with bookings: reads what the verbs wrote down for the booking workflow,
 * whether or not Temporal is there to be told, and refreshes the listings of those visits whose hints they may change. It marks nothing: a booking
 * pays no row for it, and what slips by (a restart, a commit hundreds of ids late) is caught up by the sweep of hints.
 */
export class Hints {
  #newest: number | undefined
  #followed = new Set<number>()
  #followedAt = Number.NEGATIVE_INFINITY

  /** Follows the news since the last time, once a second; how many there were. All together; when that fails, one by one. */
  async follow(): Promise<number> {
    if (performance.now() - this.#followedAt < paceMs) return 0
    this.#followedAt = performance.now()
    const news = await withRelay((tx) => this.#read(tx))
    if (news.length === 0) return 0
    await refresh(news).catch(async () => {
      for (const one of news) await refresh([one]).catch((error: unknown) => leave(one, error))
    })
    this.#remember(news)
    return news.length
  }

  async #read(tx: RelayTx): Promise<News[]> {
    this.#newest ??= await newestId(tx)
    return tx.sql<News[]>`
      select id::int8::float8 as id, tenant_id as "tenantId", aggregate_id as "visitId", topic from outbox
      where id > ${this.#newest - lookBack} and topic = any (${topics}::text[]) and not id = any (${[...this.#followed]}::bigint[])
      order by id limit ${batch}`
  }

  #remember(news: News[]): void {
    const newest = Math.max(this.#newest ?? 0, ...news.map(({ id }) => id))
    this.#newest = newest
    this.#followed = new Set([...this.#followed, ...news.map(({ id }) => id)].filter((id) => id > newest - lookBack))
  }
}

async function newestId(tx: RelayTx): Promise<number> {
  const [row] = await tx.sql<{ id: number }[]>`select coalesce(max(id), 0)::float8 as id from outbox`
  return row?.id ?? 0
}

const refresh = (news: News[]): Promise<unknown> =>
  withRelay(
    (tx) => tx.sql`select kernel.refresh_hints_of_visits(
      ${news.map(({ tenantId }) => tenantId)}::uuid[], ${news.map(({ visitId }) => visitId)}::uuid[],
      ${news.map(({ topic }) => topic)}::text[])`,
  )

const leave = ({ id, visitId }: News, error: unknown): void =>
  log.warn({ part: 'relay', outboxId: id, aggregateId: visitId, err: error }, 'hints are left to the sweep')
