import { audit } from '#db/audit.ts'
import type { StaffTx } from '#db/doors.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { AppError } from '#lib/errors.ts'
import type { ProgressInput } from './input.ts'
import { type AppointmentStatus, next } from './rules.ts'
import { lockVisit, remember } from './visit.ts'

/**
 * Takes a visit one step on at the clinic, or the last step back, by the state table. Pressed twice, it is done once and
 * answers the same. Throws `not_allowed_now` for a step that the table does not have from here (a no-show before the
 * start, say), or when the visit no longer stands as the presser saw it.
 */
export async function progress(tx: StaffTx, input: ProgressInput): Promise<{ id: string; status: AppointmentStatus }> {
  authorize(tx.actor, 'appointment:progress', input.appointmentId)
  const visit = await lockVisit(tx, input.appointmentId)
  const status = next(input.from, input.step, 'staff', visit.startsAt, visit.now)
  if (status && visit.status === status) return { id: visit.id, status }
  if (!status || visit.status !== input.from)
    throw new AppError('not_allowed_now', 'step_not_open', { status: visit.status, step: input.step })
  await tx.sql`update appointment set status = ${status} where id = ${visit.id}`
  remember(tx, visit, status)
  audit(tx, 'appointment.progressed', 'appointment', visit.id, { from: visit.status, to: status })
  return { id: visit.id, status }
}
