import { audit } from '#db/audit.ts'
import type { GuestTx } from '#db/doors.ts'
import { outbox } from '#db/outbox.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { AppError } from '#lib/errors.ts'
import type { CorrectAddressInput } from './input.ts'
import { count, emailHash, messageAbout } from './limits.ts'
import { clinicPhone } from './refusal.ts'
import { lockVisit } from './visit.ts'

/**
 * Changes where the messages of a visit go (the booker's address when someone booked for the patient, else the
 * patient's). Links mailed to the old address die, and the confirmation goes out again. Throws `limit` when the visit was changed too often
 * within a day, `not_allowed_now` with the clinic's phone once the visit has gone on or the clinic cancelled it.
 */
export async function correctAddress(tx: GuestTx, id: string, input: CorrectAddressInput): Promise<void> {
  authorize(tx.actor, 'appointment:correct_address', id)
  const visit = await lockVisit(tx, id)
  const contactHash = emailHash(input.email)
  await count(tx, [messageAbout(id)])
  const [booker] =
    await tx.sql`update related_person set email = ${input.email} where appointment_id = ${id} returning id`
  if (!booker) {
    await tx.sql`
      update patient set email = ${input.email} where id = (select patient_id from appointment where id = ${id})`
  }
  const [corrected] = await tx.sql`
    update appointment set link_version = link_version + 1, contact_hash = ${contactHash}, contact_verified = false
    where id = ${id} returning id`
  if (!corrected)
    throw new AppError('not_allowed_now', 'visit_not_booked', { phone: await clinicPhone(tx, visit.listingId) })
  audit(tx, 'appointment.address_corrected', 'appointment', id)
  outbox(tx, 'booking.address_corrected', id)
}
