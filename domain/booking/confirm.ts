import type postgres from 'postgres'
import type { GuestTx } from '#db/doors.ts'
import type { Offer } from '#db/schema/booking.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { AppError, invalid } from '#lib/errors.ts'
import { localDate } from '#lib/time.ts'
import type { BookInput } from './input.ts'
import { type Caller, emailHash, tooMany, type Use, usesOfBooking } from './limits.ts'
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

/** What kernel.confirm decided at `at`, and what was held. */
type Decided = {
  outcome: string
  exceeded: string
  waitSeconds: number
  at: Date
  listingId: string
  serviceId: string
  offer: Offer
  startsAt: Date
  endsAt: Date
  timeZone: string
  phone: string
}

/**
 * Turns the hold into a booked visit under the same id, as it was offered when it was held, with a new chart for the
 * patient. `retake` takes an expired hold's time again when it is still free. Throws `hold_expired`, `slot_taken` with
 * alternatives, `invalid` per field (age, a minor without a booker, new or returning), `conflict` when this hold is booked
 * already, `limit` when the caller or a contact has too many bookings within a day.
 */
export async function confirm(
  tx: GuestTx,
  holdId: string,
  input: BookInput,
  caller: Caller,
  retake = false,
): Promise<Booked> {
  authorize(tx.actor, 'appointment:book', holdId)
  const email = (input.bookedBy ?? input.patient).email
  const recipient = email === undefined ? null : emailHash(email)
  const uses = usesOfBooking(caller, [input.patient, input.bookedBy ?? {}])
  const kept = await decided(tx, holdId, retake, caller, uses)
  if (kept.outcome === 'booked') throw new AppError('conflict', 'already_booked')
  if (kept.outcome === 'expired') throw new AppError('hold_expired', 'hold_expired')
  if (kept.outcome === 'limit') throw tooMany(uses, kept, kept.phone)
  admit(kept, input)
  if (kept.outcome !== 'ok') return refuse(tx, kept.outcome, kept)
  record(tx, holdId, kept.at, input, recipient)
  return {
    id: holdId,
    tenantId: tx.actor.tenantId,
    status: 'booked',
    startsAt: kept.startsAt.toISOString(),
    endsAt: kept.endsAt.toISOString(),
    bookedAt: kept.at.toISOString(),
  }
}

/** Counts the booking and decides, in one trip; whatever throws afterwards undoes both. */
async function decided(
  tx: GuestTx,
  holdId: string,
  retake: boolean,
  { hashes, allowed }: Caller,
  uses: readonly Use[],
): Promise<Decided> {
  const [row] = await tx.sql<Decided[]>`
    select outcome, exceeded, wait_seconds as "waitSeconds", at, listing_id as "listingId", service_id as "serviceId", offer,
      starts_at as "startsAt", ends_at as "endsAt", time_zone as "timeZone", phone
    from kernel.confirm(${holdId}, ${retake}, ${uses.map(({ key }) => key)}::text[],
      ${uses.map((use) => use.allowed)}::bigint[], ${uses.map(({ seconds }) => seconds)}::integer[],
      ${hashes}::text[], ${allowed.bookingsPerListingDay})`
  if (!row) throw new AppError('hold_expired', 'hold_expired')
  return row
}

/** The offer's own rules about the patient, each refusal with the clinic's phone. */
function admit({ offer, startsAt, at, timeZone, phone }: Decided, { patient, bookedBy, returning }: BookInput): void {
  const day = localDate(startsAt, timeZone)
  if (patient.birthDate > localDate(at, timeZone)) throw invalid('/patient/birthDate', 'birth_date_future', { phone })
  const age = ageOn(patient.birthDate, day)
  if (age < offer.minimumAgeYears || age > offer.maximumAgeYears) {
    throw invalid('/patient/birthDate', 'age_not_seen', {
      phone,
      minimum: offer.minimumAgeYears,
      maximum: offer.maximumAgeYears,
    })
  }
  if (age < adultFrom && !bookedBy) throw invalid('/bookedBy', 'minor_needs_booker', { phone })
  if (bookedBy?.birthDate && ageOn(bookedBy.birthDate, day) < adultFrom)
    throw invalid('/bookedBy/birthDate', 'booker_not_adult', { phone })
  if (returning === false && (offer.audience === 'returning' || !offer.acceptsNewPatients))
    throw invalid('/returning', 'returning_only', { phone })
  if (returning === true && offer.audience === 'new') throw invalid('/returning', 'new_only', { phone })
}

/** Everything that a booking writes, in one statement that is not waited for. */
function record(
  tx: GuestTx,
  id: string,
  at: Date,
  { patient, bookedBy, acknowledged }: BookInput,
  recipient: string | null,
): void {
  const json = (value: object) => tx.sql.json(value as postgres.JSONValue)
  tx.hasNews = true
  tx.pipeline(tx.sql`
    select kernel.book(${id}, ${at}, ${recipient}, ${json(patient)}, ${bookedBy ? json(bookedBy) : null}, ${json(acknowledged)})`)
}
