import { audit } from '#db/audit.ts'
import type { GuestTx, StaffTx } from '#db/doors.ts'
import { outbox } from '#db/outbox.ts'
import { helpFor } from '#domain/directory/red-flags.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { AppError } from '#lib/errors.ts'
import type { CancelInput } from './input.ts'
import { clinicPhone } from './refusal.ts'
import type { Changed } from './reschedule.ts'
import { changeableUntil, next } from './rules.ts'
import { lockVisit, remember } from './visit.ts'

/**
 * Cancels a booked visit; its time is free at once. Cancelling a cancelled visit answers the same and changes nothing.
 * Throws `not_allowed_now` with the clinic's phone past the policy (patients only) or once the visit has gone on, and
 * with whom to call when the reason is a red flag.
 */
export async function cancel(tx: GuestTx | StaffTx, id: string, input: CancelInput): Promise<Changed> {
  authorize(tx.actor, 'appointment:cancel', id)
  const visit = await lockVisit(tx, id)
  const answer = { id, status: 'cancelled', startsAt: visit.startsAt.toISOString(), endsAt: visit.endsAt.toISOString() }
  if (visit.status === 'cancelled') return answer
  const by = tx.actor.kind
  const late = by === 'guest' && visit.now > changeableUntil(visit.startsAt, visit.cancelUntilMinutes)
  if (late || !next(visit.status, 'cancel', by, visit.startsAt, visit.now)) {
    const phone = await clinicPhone(tx, visit.listingId)
    const redFlags = helpFor(input.reason)
    throw new AppError('not_allowed_now', late ? 'too_late_to_change' : 'visit_not_booked', { phone, redFlags })
  }
  const cancelledBy = by === 'guest' ? 'patient' : 'clinic'
  await tx.sql`
    update appointment set status = 'cancelled', sequence = sequence + 1, cancelation_reason = ${input.reason}, cancelled_by = ${cancelledBy}
    where id = ${id}`
  await tx.sql`select kernel.release(${id})`
  remember(tx, visit, 'cancelled')
  audit(tx, 'appointment.cancelled', 'appointment', id, { by: cancelledBy })
  outbox(tx, 'booking.cancelled', id)
  return answer
}
