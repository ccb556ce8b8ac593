import { audit } from '#db/audit.ts'
import type { GuestTx } from '#db/doors.ts'
import { outbox } from '#db/outbox.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { AppError, invalid } from '#lib/errors.ts'
import { localDate } from '#lib/time.ts'
import type { BookInput } from './input.ts'
import { refuse } from './refusal.ts'
import { adultFrom, ageOn } from './rules.ts'

export type Booked = {
  id: string
  tenantId: string
  status: 'booked'
  startsAt: string
  endsAt: string
  bookedAt: string
}

/** What was held, and what the database decided about it: `outcome` of kernel.confirm, at `at`. */
type Kept = {
  listingId: string
  serviceId: string
  startsAt: Date
  endsAt: Date
  timeZone: string
  phone: string
  acceptsNewPatients: boolean
  serviceName: string
  modality: string
  audience: 'new' | 'returning' | 'both'
  minimumAgeYears: number
  maximumAgeYears: number
  cancelUntilMinutes: number
  outcome: string
  at: Date
}

/**
 * Turns the hold into a booked visit under the same id, with a new chart for the patient. `retake` takes an expired
 * hold's time again when it is still free. Throws `hold_expired`, `slot_taken` with alternatives, `invalid` per field
 * (age, a minor without a booker, new or returning), `conflict` when this hold is booked already.
 */
export async function confirm(tx: GuestTx, holdId: string, input: BookInput, retake = false): Promise<Booked> {
  authorize(tx.actor, 'appointment:book', holdId)
  const kept = await decided(tx, holdId, retake)
  admit(kept, input)
  // A twin may have booked it while this one waited: then that is the answer.
  if (kept.outcome === 'expired') await unlessBooked(tx, holdId)
  if (kept.outcome !== 'ok') return refuse(tx, kept.outcome, kept)
  record(tx, holdId, kept, input)
  return {
    id: holdId,
    tenantId: tx.actor.tenantId,
    status: 'booked',
    startsAt: kept.startsAt.toISOString(),
    endsAt: kept.endsAt.toISOString(),
    bookedAt: kept.at.toISOString(),
  }
}

/** Reads what was held as it was and, in the same trip, decides; whatever throws afterwards undoes the decision. */
async function decided(tx: GuestTx, holdId: string, retake: boolean): Promise<Kept> {
  const [kept] = await tx.sql<Kept[]>`
    select h.listing_id as "listingId", h.service_id as "serviceId", h.starts_at as "startsAt", h.ends_at as "endsAt",
      l.time_zone as "timeZone", l.phone, r.accepts_new_patients as "acceptsNewPatients", s.name as "serviceName",
      s.modality, s.audience, s.minimum_age_years as "minimumAgeYears", s.maximum_age_years as "maximumAgeYears",
      s.cancel_until_minutes as "cancelUntilMinutes",
      kernel.confirm(h.id, ${retake}) as outcome, date_trunc('milliseconds', clock_timestamp()) as at
    from hold h
    join service s on s.tenant_id = h.tenant_id and s.id = h.service_id
    join practitioner_role r on r.tenant_id = h.tenant_id and r.id = h.listing_id
    join location l on l.tenant_id = r.tenant_id and l.id = r.location_id
    where h.id = ${holdId}`
  if (kept) return kept
  await unlessBooked(tx, holdId)
  throw new AppError('hold_expired', 'hold_expired')
}

async function unlessBooked(tx: GuestTx, holdId: string): Promise<void> {
  const [row] = await tx.sql<{ isBooked: boolean }[]>`select kernel.is_booked(${holdId}) as "isBooked"`
  if (row?.isBooked) throw new AppError('conflict', 'already_booked')
}

/** The service's own rules about the patient, each refusal with the clinic's phone. */
function admit(kept: Kept, { patient, bookedBy, returning }: BookInput): void {
  const day = localDate(kept.startsAt, kept.timeZone)
  const { phone } = kept
  if (patient.birthDate > localDate(new Date(), kept.timeZone))
    throw invalid('/patient/birthDate', 'birth_date_future', { phone })
  const age = ageOn(patient.birthDate, day)
  if (age < kept.minimumAgeYears || age > kept.maximumAgeYears) {
    throw invalid('/patient/birthDate', 'age_not_seen', {
      phone,
      minimum: kept.minimumAgeYears,
      maximum: kept.maximumAgeYears,
    })
  }
  if (age < adultFrom && !bookedBy) throw invalid('/bookedBy', 'minor_needs_booker', { phone })
  if (bookedBy?.birthDate && ageOn(bookedBy.birthDate, day) < adultFrom)
    throw invalid('/bookedBy/birthDate', 'booker_not_adult', { phone })
  if (returning === false && (kept.audience === 'returning' || !kept.acceptsNewPatients))
    throw invalid('/returning', 'returning_only', { phone })
  if (returning === true && kept.audience === 'new') throw invalid('/returning', 'new_only', { phone })
}

/**
 * Everything that a booking writes, sent in one go with its COMMIT. The new chart takes the visit's id: the wall lets a
 * guest add no other.
 */
function record(tx: GuestTx, id: string, kept: Kept, { patient, bookedBy, acknowledged }: BookInput): void {
  const { tenantId, requestId } = tx.actor
  const policy = { cancelUntilMinutes: kept.cancelUntilMinutes, serviceName: kept.serviceName, modality: kept.modality }
  tx.withCommit(tx.sql`
    with chart as (
      insert into patient (tenant_id, id, given_name, family_name, birth_date, email, phone)
      values (${tenantId}, ${id}, ${patient.givenName}, ${patient.familyName}, ${patient.birthDate},
        ${patient.email ?? null}, ${patient.phone ?? null})
    ), visit as (
      insert into appointment (tenant_id, id, listing_id, service_id, patient_id, status, starts_at, ends_at, policy, created_at, request_id)
      values (${tenantId}, ${id}, ${kept.listingId}, ${kept.serviceId}, ${id}, 'booked', ${kept.startsAt}, ${kept.endsAt},
        ${tx.sql.json(policy)}, ${kept.at}, ${requestId})
    )
    insert into appointment_history (tenant_id, appointment_id, to_status, starts_at, ends_at)
    values (${tenantId}, ${id}, 'booked', ${kept.startsAt}, ${kept.endsAt})`)
  if (bookedBy) {
    tx.withCommit(tx.sql`
      insert into related_person (tenant_id, appointment_id, given_name, family_name, birth_date, email, phone, relationship)
      values (${tenantId}, ${id}, ${bookedBy.givenName}, ${bookedBy.familyName}, ${bookedBy.birthDate ?? null},
        ${bookedBy.email ?? null}, ${bookedBy.phone ?? null}, ${bookedBy.relationship})`)
  }
  if (acknowledged.length > 0) {
    tx.withCommit(tx.sql`
      insert into acknowledgement (tenant_id, appointment_id, document, version)
      select ${tenantId}, ${id}, * from unnest(${acknowledged.map(({ document }) => document)}::text[],
        ${acknowledged.map(({ version }) => version)}::text[])
      on conflict do nothing`)
  }
  audit(tx, 'appointment.booked', 'appointment', id)
  outbox(tx, 'booking.booked', id, { sequence: 0 })
}
