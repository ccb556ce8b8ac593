/** FHIR R4 appointmentstatus, the part in use. */
export type AppointmentStatus = 'booked' | 'arrived' | 'fulfilled' | 'cancelled' | 'noshow'

export type Step = 'arrive' | 'fulfil' | 'noshow' | 'cancel' | 'undo'

type Transition = {
  step: Step
  from: AppointmentStatus
  to: AppointmentStatus
  by: readonly ('guest' | 'staff')[]
  /** Only once the visit's start has passed. */
  afterStart?: true
}

/** The written state table: from, to, who, when; a step with `undo` in it can be taken back by staff. */
const transitions: readonly Transition[] = [
  { step: 'arrive', from: 'booked', to: 'arrived', by: ['staff'] },
  { step: 'fulfil', from: 'arrived', to: 'fulfilled', by: ['staff'] },
  { step: 'fulfil', from: 'booked', to: 'fulfilled', by: ['staff'], afterStart: true },
  { step: 'noshow', from: 'booked', to: 'noshow', by: ['staff'], afterStart: true },
  { step: 'cancel', from: 'booked', to: 'cancelled', by: ['guest', 'staff'] },
  { step: 'undo', from: 'arrived', to: 'booked', by: ['staff'] },
  { step: 'undo', from: 'fulfilled', to: 'arrived', by: ['staff'] },
  { step: 'undo', from: 'noshow', to: 'booked', by: ['staff'] },
]

/** Where `step` leads from `status`, or undefined when it is not allowed now. A cancelled visit stays cancelled: its time is free again. */
export function next(
  status: AppointmentStatus,
  step: Step,
  by: 'guest' | 'staff',
  startsAt: Date,
  now: Date,
): AppointmentStatus | undefined {
  return transitions.find(
    (t) => t.from === status && t.step === step && t.by.includes(by) && (!t.afterStart || startsAt <= now),
  )?.to
}

/** The steps that are open to staff from `status` at `now`, in the order of the table. */
export const openSteps = (status: AppointmentStatus, startsAt: Date, now: Date): Step[] => [
  ...new Set(
    transitions
      .filter((t) => t.from === status && t.by.includes('staff') && (!t.afterStart || startsAt <= now))
      .map((t) => t.step),
  ),
]

/** Whole years between a birth date and a local date, both YYYY-MM-DD; a birthday on 29 February counts on 1 March. */
export function ageOn(birthDate: string, localDate: string): number {
  const years = Number(localDate.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return localDate.slice(5) >= birthDate.slice(5) ? years : years - 1
}

/** The age from which someone books for themselves. */
export const adultFrom = 18

/** Whether someone can be told about the visit: an e-mail address or a phone number of the patient's or the booker's. */
export const contactGiven = (
  patient: { email?: string | undefined; phone?: string | undefined },
  booker?: { email?: string | undefined; phone?: string | undefined },
): boolean => Boolean(patient.email || patient.phone || booker?.email || booker?.phone)

/** Until when the visit can be cancelled or moved by the patient. Staff may later. */
export const changeableUntil = (startsAt: Date, cancelUntilMinutes: number): Date =>
  new Date(startsAt.getTime() - cancelUntilMinutes * 60_000)

/** How many wrong birth dates a mailed link stands. */
export const birthDateTries = 5

/** Days that the link to a visit works: from the booking, and from the visit's end, wherever it was moved. */
const accessDays = { afterBooking: 400, afterVisit: 30 }

/**
 * When the capability of a visit ends, in whole seconds: 400 days after it was booked or 30 days after it ends, whichever
 * is later. The same instant each time it is worked out for the same time of the visit.
 */
export function accessEnds({ bookedAt, endsAt }: { bookedAt: Date; endsAt: Date }): Date {
  const daysAfter = (from: Date, days: number): number => Math.floor(from.getTime() / 1000) + days * 86_400
  const ends = Math.max(daysAfter(bookedAt, accessDays.afterBooking), daysAfter(endsAt, accessDays.afterVisit))
  return new Date(ends * 1000)
}

/** The versions of the terms and the privacy notice that a booking shows; the pages carry the same. */
export const legalVersions = { terms: '2026-11-01', privacy: '2026-11-25' }
