import { audit } from '#db/audit.ts'
import type { GuestTx, StaffTx } from '#db/doors.ts'
import { outbox } from '#db/outbox.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { contactAllowance } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import type { RescheduleInput } from './input.ts'
import type { Caller } from './limits.ts'
import { clinicPhone, refuse } from './refusal.ts'
import { changeableUntil } from './rules.ts'
import { lockVisit, remember } from './visit.ts'

export type Changed = { id: string; status: string; startsAt: string; endsAt: string }

/**
 * Moves a booked visit to another free time of the same listing and service; its own time counts as free, and is free
 * for others at once. It stays as long as it was booked, with the gaps of then, whatever became of the service; the id
 * stays, `sequence` rises. Throws `slot_taken` with alternatives, `invalid` when the time is not offered or the listing no
 * longer has the service, `not_allowed_now` with the clinic's phone past the policy (patients only) or when it is not
 * booked, `limit` when a patient moved it too often, or
 * `caller` (patients only) has booked and moved too many visits onto that day of the listing.
 */
export async function reschedule(
  tx: GuestTx | StaffTx,
  id: string,
  input: RescheduleInput,
  caller?: Caller,
): Promise<Changed> {
  authorize(tx.actor, 'appointment:move', id)
  const visit = await lockVisit(tx, id)
  const late = tx.actor.kind === 'guest' && visit.now > changeableUntil(visit.startsAt, visit.cancelUntilMinutes)
  if (visit.status !== 'booked' || late) {
    const phone = await clinicPhone(tx, visit.listingId)
    throw new AppError('not_allowed_now', late ? 'too_late_to_change' : 'visit_not_booked', { phone })
  }
  const { messagesPerVisit } = contactAllowance()
  const [row] = await tx.sql<{ outcome: string; exceeded: string; waitSeconds: number }[]>`
    select outcome, exceeded, wait_seconds as "waitSeconds"
    from kernel.move(${id}, ${input.startsAt}, ${messagesPerVisit},
      ${caller?.hashes ?? []}::text[], ${caller?.allowed.bookingsPerListingDay ?? 0})`
  if (row?.outcome === 'limit') {
    const phone = await clinicPhone(tx, visit.listingId)
    const why = row.exceeded.startsWith('booking by') ? 'too_many_bookings_that_day' : 'too_many_changes'
    throw new AppError('limit', why, { phone, retryAfterSeconds: row.waitSeconds })
  }
  if (row?.outcome !== 'ok') {
    return refuse(tx, row?.outcome ?? 'unknown', { ...visit, startsAt: input.startsAt, visitId: id })
  }
  const endsAt = new Date(input.startsAt.getTime() + visit.endsAt.getTime() - visit.startsAt.getTime())
  await tx.sql`
    update appointment set starts_at = ${input.startsAt}, ends_at = ${endsAt}, sequence = sequence + 1 where id = ${id}`
  remember(tx, visit, 'booked')
  audit(tx, 'appointment.moved', 'appointment', id)
  outbox(tx, 'booking.moved', id)
  return { id, status: 'booked', startsAt: input.startsAt.toISOString(), endsAt: endsAt.toISOString() }
}
