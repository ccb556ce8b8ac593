import { audit } from '#db/audit.ts'
import type { StaffTx } from '#db/doors.ts'
import { outbox } from '#db/outbox.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import type { BlockInput } from './input.ts'

/**
 * Keeps a practitioner's time from being booked, in every location and tenant. Throws `conflict` with what is in the way
 * (this clinic's visits by id, start and patient, its blocks by reason; elsewhere only that there is something),
 * `not_found` for another's listing, `invalid` when the time is over already.
 */
export async function blockTime(tx: StaffTx, input: BlockInput): Promise<{ id: string }> {
  authorize(tx.actor, 'time:block')
  const id = newId()
  const [row] = await tx.sql<{ outcome: string }[]>`
    select case when ${input.endsAt}::timestamptz <= now() then 'over'
      else kernel.block(${id}, ${input.listingId}, ${input.startsAt}, ${input.endsAt}, ${input.reason}) end as outcome`
  if (row?.outcome === 'over') throw new AppError('invalid', 'block_past')
  if (row?.outcome === 'unknown') throw new AppError('not_found', 'listing_unknown')
  if (row?.outcome !== 'ok') {
    const [visits, blocks] = await Promise.all([visitsInTheWay(tx, input), blocksInTheWay(tx, input)])
    throw new AppError('conflict', 'visits_in_the_way', { visits, blocks: blocks.map(({ reason }) => reason) })
  }
  audit(tx, 'time.blocked', 'time_block', id)
  outbox(tx, 'listing.changed', input.listingId)
  return { id }
}

/** With the gaps that the visits keep: what only touches a gap is in the way too. */
const visitsInTheWay = (tx: StaffTx, input: BlockInput) => tx.sql<{ id: string; startsAt: Date; patient: string }[]>`
  select a.id, a.starts_at as "startsAt", p.given_name || ' ' || p.family_name as patient
  from listing_resource mine
  join listing_resource lr on lr.resource_id = mine.resource_id
  join appointment a on a.listing_id = lr.listing_id and a.status <> 'cancelled'
  join patient p on p.tenant_id = a.tenant_id and p.id = a.patient_id
  cross join lateral (
    select make_interval(mins => (a.offer->>'bufferBeforeMinutes')::int) as before, make_interval(mins => (a.offer->>'bufferAfterMinutes')::int) as after
  ) gap
  where mine.listing_id = ${input.listingId}
    and a.starts_at - gap.before < ${input.endsAt} and a.ends_at + gap.after > ${input.startsAt}
  order by a.starts_at limit 20`

const blocksInTheWay = (tx: StaffTx, input: BlockInput) => tx.sql<{ reason: string }[]>`
  select b.reason from listing_resource mine
  join listing_resource lr on lr.resource_id = mine.resource_id
  join time_block b on b.listing_id = lr.listing_id
  where mine.listing_id = ${input.listingId} and b.starts_at < ${input.endsAt} and b.ends_at > ${input.startsAt}
  order by b.starts_at limit 20`
