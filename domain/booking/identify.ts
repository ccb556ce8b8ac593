import { audit } from '#db/audit.ts'
import type { Capability } from '#db/capability.ts'
import type { GuestTx } from '#db/doors.ts'
import { outbox } from '#db/outbox.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { AppError, invalid } from '#lib/errors.ts'
import { manageCapability } from './access.ts'
import type { IdentifyInput } from './input.ts'
import { type Caller, count, usesBy } from './limits.ts'
import { clinicPhone } from './refusal.ts'

/** What came of a birth date: see `identify`. `phone` is the clinic's. */
export type Identified =
  | { outcome: 'opened'; capability: Capability }
  | { outcome: 'wrong'; triesLeft: number }
  | { outcome: 'renewed' }
  | { outcome: 'locked'; phone: string }

/** What kernel.identify says. */
type Judged = {
  outcome: 'opened' | 'wrong' | 'renewed' | 'locked' | 'unknown' | 'future'
  triesLeft: number
  accessVersion: number
  bookedAt: Date
  endsAt: Date
  listingId: string
}

/**
 * Opens a visit from its mailed link by the patient's birth date. A wrong date is an answer, not an error, so that its
 * count is committed: 'renewed' after the fifth, then this link is dead and a new one goes to the same address; 'locked'
 * after the twentieth under all links, then no date opens the visit any more and the clinic must be called. Throws
 * `not_found` for a link that a newer one replaced, `invalid` for a date in the future, which is not counted, `limit` when
 * the caller has tried too many dates within the hour.
 */
export async function identify(tx: GuestTx, input: IdentifyInput, caller: Caller): Promise<Identified> {
  authorize(tx.actor, 'appointment:identify')
  const { id, tenantId } = tx.actor.capability
  const hourly = { allowed: caller.allowed.birthDatesPerHour, seconds: 3_600, refusal: 'too_many_birth_dates' }
  await count(tx, usesBy(caller, 'birth date', hourly))
  const [judged] = await tx.sql<Judged[]>`
    select outcome, tries_left as "triesLeft", access_version as "accessVersion",
      booked_at as "bookedAt", listing_id as "listingId",
      case when outcome = 'opened' then (select g.ends_at from kernel.glimpse(${id}) g) end as "endsAt"
    from kernel.identify(${input.birthDate})`
  if (!judged || judged.outcome === 'unknown') throw new AppError('not_found', 'visit_unknown')
  if (judged.outcome === 'future') throw invalid('/birthDate', 'birth_date_future')
  const { outcome, triesLeft } = judged
  if (outcome === 'opened') {
    audit(tx, 'appointment.identified', 'appointment', id)
    const { bookedAt, endsAt, accessVersion } = judged
    return { outcome, capability: manageCapability({ tenantId, id, bookedAt, endsAt }, accessVersion) }
  }
  audit(tx, 'appointment.identify_failed', 'appointment', id, { outcome, triesLeft })
  if (outcome === 'wrong') return { outcome, triesLeft }
  if (outcome === 'locked') return { outcome, phone: await clinicPhone(tx, judged.listingId) }
  outbox(tx, 'booking.link_wanted', id)
  return { outcome }
}
