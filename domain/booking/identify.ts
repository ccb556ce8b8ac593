import { audit } from '#db/audit.ts'
import type { Capability } from '#db/capability.ts'
import type { GuestTx } from '#db/doors.ts'
import { outbox } from '#db/outbox.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { AppError } from '#lib/errors.ts'
import { manageCapability } from './access.ts'
import type { IdentifyInput } from './input.ts'
import { birthDateTries } from './rules.ts'
import { lockVisit } from './visit.ts'

/**
 * Opens a visit from its mailed link by the patient's birth date. A wrong date is an answer, not an error, so that the
 * count of tries is kept: `triesLeft` 0 means that this link is dead and a new one went to the same address. Throws
 * `not_found` for a link that a newer one replaced.
 */
export async function identify(
  tx: GuestTx,
  input: IdentifyInput,
): Promise<{ capability: Capability } | { capability?: undefined; triesLeft: number }> {
  authorize(tx.actor, 'appointment:identify')
  const { id, tenantId } = tx.actor.capability
  const visit = await lockVisit(tx, id)
  const [patient] = await tx.sql<{ matches: boolean }[]>`
    select p.birth_date = ${input.birthDate} as matches from appointment a
    join patient p on p.tenant_id = a.tenant_id and p.id = a.patient_id where a.id = ${id}`
  if (!patient) throw new AppError('not_found', 'visit_unknown')
  if (patient.matches) {
    await tx.sql`update appointment set birth_date_tries = 0 where id = ${id}`
    audit(tx, 'appointment.identified', 'appointment', id)
    return { capability: manageCapability({ tenantId, id, bookedAt: visit.bookedAt }, visit.accessVersion) }
  }
  const triesLeft = birthDateTries - visit.birthDateTries - 1
  if (triesLeft > 0) {
    await tx.sql`update appointment set birth_date_tries = birth_date_tries + 1 where id = ${id}`
  } else {
    await tx.sql`update appointment set birth_date_tries = 0, link_version = link_version + 1 where id = ${id}`
    outbox(tx, 'booking.link_wanted', id, { linkVersion: visit.linkVersion + 1 })
  }
  audit(tx, 'appointment.identify_failed', 'appointment', id, { triesLeft })
  return { triesLeft }
}
