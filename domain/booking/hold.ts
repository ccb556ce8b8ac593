import type { GuestTx } from '#db/doors.ts'
import { authorize } from '#domain/identity/authorize.ts'
import type { HoldInput } from './input.ts'
import type { Caller } from './limits.ts'
import { refuse } from './refusal.ts'

export type Held = { id: string; tenantId: string; startsAt: string; endsAt: string; expiresAt: string; heldAt: string }

const tenMinutes = 600_000

/**
 * Keeps a free time for ten minutes under the id of the guest's capability. Throws `slot_taken` with alternatives,
 * `invalid` with the clinic's phone when the time is not offered (grid, hours, notice, horizon, service), `limit`
 * when the caller has too many live holds, in all or on that day of the listing, `not_found` for another tenant's listing.
 */
export async function hold(tx: GuestTx, input: HoldInput, { hashes, allowed }: Caller): Promise<Held> {
  authorize(tx.actor, 'hold:take')
  const { id, tenantId } = tx.actor.capability
  const [row] = await tx.sql<{ status: string; startsAt: Date; endsAt: Date; expiresAt: Date }[]>`
    select status, starts_at as "startsAt", ends_at as "endsAt", expires_at as "expiresAt"
    from kernel.hold(${input.listingId}, ${input.serviceId}, ${input.startsAt}, ${id},
      ${hashes}::text[], ${allowed.holds}, ${allowed.holdsPerListingDay})`
  if (row?.status !== 'ok') return refuse(tx, row?.status ?? 'unknown', input)
  return {
    id,
    tenantId,
    startsAt: row.startsAt.toISOString(),
    endsAt: row.endsAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    heldAt: new Date(row.expiresAt.getTime() - tenMinutes).toISOString(),
  }
}
