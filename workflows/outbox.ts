import type { RelayTx } from '#db/doors.ts'
import type { Topic } from '#db/outbox.ts'

/** A row that the relay has taken for a while. */
export type Leased = {
  id: number
  tenantId: string
  topic: Topic
  aggregateId: string
  requestId: string | null
  attempts: number
}

const leaseSeconds = 60
/** With the waits between them, these tries take about ten minutes. */
export const mostAttempts = 9
const longestWaitSeconds = 300
const mostCounted = 10_000

/**
 * Leases up to `limit` rows for a minute: of each tenant that waits an equal share, oldest first, and of each aggregate the
 * earliest that is not done. So nobody's backlog delays another tenant's news. Which tenants come, when more wait than
 * `limit`, is chance. `bookings` false leaves those alone that need Temporal. Two relays never get the same row. Reads one
 * entry of an index for each tenant and for each row, so the cost does not depend on how many rows wait or are done. The
 * earliest of an aggregate is the first entry of `outbox_aggregate` from there on: no other index has that order, so the planner
 * takes no other, nor a join that compares the rows of an aggregate with each other, whatever its statistics say.
 */
export async function lease(tx: RelayTx, limit: number, bookings: boolean): Promise<Leased[]> {
  const undone = tx.sql`o.done_at is null and o.dead_at is null ${bookings ? tx.sql`` : tx.sql`and o.topic = 'listing.changed'`}`
  const rows = await tx.sql<Leased[]>`
    with recursive chance as materialized (select gen_random_uuid() as start), later as (
      (select o.tenant_id, 1 as n from outbox o where ${undone} and o.tenant_id >= (select start from chance) order by o.tenant_id limit 1)
      union all
      select (select o.tenant_id from outbox o where ${undone} and o.tenant_id > t.tenant_id order by o.tenant_id limit 1), t.n + 1
      from later t where t.tenant_id is not null and t.n < ${limit}
    ), earlier as (
      (select o.tenant_id, 1 as n from outbox o where ${undone} and o.tenant_id < (select start from chance) order by o.tenant_id limit 1)
      union all
      select (select o.tenant_id from outbox o where ${undone} and o.tenant_id > t.tenant_id and o.tenant_id < (select start from chance)
        order by o.tenant_id limit 1), t.n + 1
      from earlier t where t.tenant_id is not null and t.n < ${limit}
    ), waiting as materialized (
      select tenant_id, count(*) over () as tenants from (
        select tenant_id from later where tenant_id is not null union all select tenant_id from earlier where tenant_id is not null
        limit ${limit}
      ) both_parts
    ), next as (
      select o.id from waiting t cross join lateral (
        select o.id from outbox o
        where ${undone} and o.tenant_id = t.tenant_id and o.available_at <= clock_timestamp()
          and (o.leased_until is null or o.leased_until < clock_timestamp())
          and o.id = (select e.id from outbox e
            where (e.tenant_id, e.aggregate_id, e.id) >= (o.tenant_id, o.aggregate_id, 0) and e.done_at is null and e.dead_at is null
            order by e.tenant_id, e.aggregate_id, e.id limit 1)
        order by o.id limit ceil(${limit} / t.tenants::numeric) for update skip locked
      ) o
    )
    update outbox o set leased_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}) from next
    where o.id = next.id
    returning o.id::int8::float8 as id, o.tenant_id as "tenantId", o.topic, o.aggregate_id as "aggregateId",
      o.request_id as "requestId", o.attempts`
  return [...rows].sort((a, b) => a.id - b.id)
}

/** Takes over what a relay that is gone had leased. For the one that just became the active one; harmless otherwise. */
export async function takeOver(tx: RelayTx): Promise<void> {
  await tx.sql`
    update outbox set leased_until = null where leased_until is not null and done_at is null and dead_at is null`
}

/** Marks rows as done. */
export async function done(tx: RelayTx, ids: number[]): Promise<void> {
  await tx.sql`update outbox set done_at = clock_timestamp(), leased_until = null where id = any (${ids}::bigint[])`
}

/** Gives rows back untried: what they need is away. */
export async function release(tx: RelayTx, ids: number[]): Promise<void> {
  await tx.sql`update outbox set leased_until = null where id = any (${ids}::bigint[])`
}

/**
 * Notes a failed try, `reason` being a code. The next comes after twice the wait of the last one; after the last try
 * the row is put aside (`dead_at`), and those behind it go on. True when that happened.
 */
export async function failed(tx: RelayTx, { id, attempts }: Leased, reason: string): Promise<boolean> {
  const count = attempts + 1
  const isDead = count >= mostAttempts
  const wait = Math.min(2 ** count, longestWaitSeconds)
  await tx.sql`
    update outbox set attempts = ${count}, reason = ${reason}, leased_until = null,
      available_at = clock_timestamp() + make_interval(secs => ${wait}),
      dead_at = case when ${isDead} then clock_timestamp() end
    where id = ${id}`
  return isDead
}

/** A listing that changed, and whose news said so. */
export type ChangedListing = { tenantId: string; listingId: string }

/**
 * Rewrites the public rows of these listings and marks their tenant's waiting news of them as done: the rows are read after
 * the marking, so news that come later are not lost. Listings that share a resource with them get new hints.
 */
export async function refreshListings(tx: RelayTx, changed: ChangedListing[]): Promise<void> {
  const listingIds = changed.map(({ listingId }) => listingId)
  await tx.sql`
    update outbox o set done_at = clock_timestamp(), leased_until = null
    from unnest(${changed.map(({ tenantId }) => tenantId)}::uuid[], ${listingIds}::uuid[]) as c(tenant_id, listing_id)
    where o.topic = 'listing.changed' and o.aggregate_id = c.listing_id and o.tenant_id = c.tenant_id
      and o.done_at is null and o.dead_at is null`
  await tx.sql`select kernel.refresh_listing(${listingIds}::uuid[])`
  await refreshHints(tx, listingIds)
}

/** Marks news of a visit as told: the patient has the message, or there is none to send. */
export async function told(tx: RelayTx, id: string): Promise<void> {
  await tx.sql`update outbox set told_at = clock_timestamp() where id = ${id}::bigint and told_at is null`
}

const lateAfter = '5 minutes'
const againAtOnce = 200

/**
 * Lets the relay tell again what a workflow was told five minutes ago and nobody has been told of since, at most 200, oldest
 * first: Temporal may have lost the workflow, or the database came from a backup. A workflow that is still at it hears nothing
 * new. How many there were.
 */
export async function tellAgain(tx: RelayTx): Promise<number> {
  const late = await tx.sql`
    update outbox set done_at = null, leased_until = null where id in (
      select id from outbox
      where told_at is null and dead_at is null and topic <> 'listing.changed'
        and done_at < clock_timestamp() - ${lateAfter}::interval
      order by created_at limit ${againAtOnce} for update skip locked)`
  return late.count
}

/** Marks all news of a visit that its workflow has heard as told: the message about them was given up. */
export async function toldNobody(tx: RelayTx, tenantId: string, appointmentId: string): Promise<void> {
  await tx.sql`
    update outbox set told_at = clock_timestamp()
    where tenant_id = ${tenantId} and aggregate_id = ${appointmentId} and done_at is not null and told_at is null
      and dead_at is null and topic <> 'listing.changed'`
}

/**
 * What waits, counted up to 10,000, and for how long. `waiting`: not acted on yet; `dead`: put aside; `untold`: news of
 * visits whose message has not been sent, wherever it is on its way. Ages are of the oldest, in seconds, 0 without one.
 */
export type Backlog = {
  waiting: number
  oldestSeconds: number
  untold: number
  oldestUntoldSeconds: number
  dead: number
}

/** What waits now. Each count reads its own partial index. */
export async function backlog(tx: RelayTx): Promise<Backlog> {
  const [row] = await tx.sql<Backlog[]>`
    with waiting as materialized (
      select created_at from outbox where done_at is null and dead_at is null order by id limit ${mostCounted}
    ), untold as materialized (
      select created_at from outbox
      where told_at is null and dead_at is null and topic <> 'listing.changed' order by created_at limit ${mostCounted}
    )
    select (select count(*)::int from waiting) as waiting,
      (select count(*)::int from untold) as untold,
      (select count(*)::int from (
        select 1 from outbox where done_at is null and dead_at is not null limit ${mostCounted}) d) as dead,
      coalesce(round(extract(epoch from clock_timestamp() - (select min(created_at) from waiting))), 0)::int as "oldestSeconds",
      coalesce(round(extract(epoch from clock_timestamp() - (select min(created_at) from untold))), 0)::int
        as "oldestUntoldSeconds"`
  return row ?? { waiting: 0, oldestSeconds: 0, untold: 0, oldestUntoldSeconds: 0, dead: 0 }
}

/**
 * Removes expired holds, keys older than 72 hours and occupancy that ended long ago, a bounded number of each. `freed`: the
 * listings whose times are free again; `hasMore`: a bound was reached, so there is more to remove.
 */
export async function sweep(tx: RelayTx): Promise<{ freed: string[]; hasMore: boolean }> {
  const [row] = await tx.sql<{ freed: string[]; hasMore: boolean }[]>`
    select freed, has_more as "hasMore" from kernel.sweep()`
  return row ?? { freed: [], hasMore: false }
}

/** Brings the hints of these listings up to date, and of all that share a practitioner or a room with them. */
export async function refreshHints(tx: RelayTx, listingIds: string[]): Promise<void> {
  if (listingIds.length > 0) await tx.sql`select kernel.refresh_hints_beside(${listingIds}::uuid[])`
}

/** Refreshes the hints of up to `batch` listings whose hints are oldest; how many it did. */
export async function sweepHints(tx: RelayTx, batch: number): Promise<number> {
  const [row] = await tx.sql<{ count: number }[]>`select kernel.sweep_hints(${batch}) as count`
  return row?.count ?? 0
}

/**
 * Removes past occupancy of the 500 resources after `after` (undefined: the first). Gives where to go on, undefined when the
 * round is complete.
 */
export async function retireOccupancy(tx: RelayTx, after: string | undefined): Promise<string | undefined> {
  const [row] = await tx.sql<{ last: string | null }[]>`select last from kernel.retire_occupancy(${after ?? null})`
  return row?.last ?? undefined
}

/** Creates the audit's partitions of the coming twelve months that do not exist yet. */
export async function addAuditMonths(tx: RelayTx): Promise<void> {
  await tx.sql`select audit.add_months()`
}

const tidyBatch = 5_000

/** Removes rows done more than a week ago, at most 5,000; true when there may be more. */
export async function tidy(tx: RelayTx): Promise<boolean> {
  const [gone] = await tx.sql<{ removed: number }[]>`select kernel.tidy_outbox(${tidyBatch}) as removed`
  return gone?.removed === tidyBatch
}
