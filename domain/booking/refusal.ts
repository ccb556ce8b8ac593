// Not a verb: it only says no
import type { GuestTx, StaffTx } from '#db/doors.ts'
import { type Missing, whyMissing } from '#domain/availability/read.ts'
import { AppError } from '#lib/errors.ts'

const alternativesShown = 6
const alternativesWithinDays = 14

type Wanted = { listingId: string; serviceId: string; startsAt: Date; visitId?: string }

/** The clinic's phone, for a refusal that a call can solve. */
export async function clinicPhone(tx: GuestTx | StaffTx, listingId: string): Promise<string> {
  const [row] = await tx.sql<{ phone: string }[]>`
    select l.phone from practitioner_role r
    join location l on l.tenant_id = r.tenant_id and l.id = r.location_id
    where r.id = ${listingId}`
  return row?.phone ?? ''
}

/** Throws what `kernel.claim` and its callers said when it was not 'ok': each refusal names the next step. */
export async function refuse(tx: GuestTx | StaffTx, outcome: string, wanted: Wanted): Promise<never> {
  switch (outcome) {
    case 'taken':
      throw new AppError('slot_taken', 'slot_taken', { alternatives: await alternatives(tx, wanted) })
    case 'expired':
      throw new AppError('hold_expired', 'hold_expired')
    case 'limit':
      throw new AppError('limit', 'too_many_holds', { retryAfterSeconds: 600 })
    case 'not_offered':
      throw new AppError('invalid', 'time_not_offered', {
        errors: [{ pointer: '/startsAt', detail: await whyNotOffered(tx, wanted) }],
        phone: await clinicPhone(tx, wanted.listingId),
        alternatives: await alternatives(tx, wanted),
      })
    default:
      throw new AppError('not_found', 'listing_unknown')
  }
}

const reasons: Partial<Record<Missing, string>> = {
  outside_hours: 'time_outside_hours',
  closed_day: 'time_closed_day',
  off_grid: 'time_off_grid',
  past: 'time_past',
  notice: 'time_too_soon',
  horizon: 'time_too_far',
}

/** The message key that says why the time is not offered, as far as the rules tell. */
async function whyNotOffered(tx: GuestTx | StaffTx, wanted: Wanted): Promise<string> {
  const missing = await whyMissing(tx, wanted)
  return (missing && reasons[missing]) ?? 'time_not_offered'
}

/** The next free times from the wanted day on, nearest to the wish first; for a visit those to which it can be moved. */
async function alternatives(tx: GuestTx | StaffTx, wanted: Wanted): Promise<{ startsAt: string; endsAt: string }[]> {
  const from = new Date(wanted.startsAt.getTime() - 86_400_000)
  const to = new Date(wanted.startsAt.getTime() + alternativesWithinDays * 86_400_000)
  const rows = await tx.sql<{ startsAt: Date; endsAt: Date }[]>`
    select starts_at as "startsAt", ends_at as "endsAt"
    from ${
      wanted.visitId === undefined
        ? tx.sql`kernel.free_times(array[${wanted.listingId}::uuid], ${wanted.serviceId}, ${from}, ${to}, 60)`
        : tx.sql`kernel.move_times(${wanted.visitId}, ${from}, ${to}, 60)`
    }
    order by abs(extract(epoch from starts_at - ${wanted.startsAt})), starts_at limit ${alternativesShown}`
  return rows
    .map((row) => ({ startsAt: row.startsAt.toISOString(), endsAt: row.endsAt.toISOString() }))
    .sort((a, b) => a.startsAt.localeCompare(b.startsAt))
}
