import { inventName } from './names.ts'
import type { Random } from './random.ts'
import type { VisitReason } from './visits.ts'

export type InventedPatient = {
  id: string
  givenName: string
  familyName: string
  /** 'YYYY-MM-DD'. */
  birthDate: string
  email: string | null
  phone: string | null
}

/** Who booked for a child. */
export type InventedParent = Omit<InventedPatient, 'id' | 'birthDate'> & { relationship: 'parent' | 'guardian' }

const adultFrom = 18
const yearMs = 365.25 * 86_400_000

const mailOf = (random: Random, givenName: string, familyName: string): string => {
  const name = `${givenName}.${familyName}`
    .normalize('NFD')
    .replace(/[^A-Za-z.]/g, '')
    .toLowerCase()
  return `${name}${random.whole(1, 99)}@example.org`
}

/** "+16175550142": always in the range kept for stories. */
const phoneOf = (random: Random, areaCode: string): string =>
  `+1${areaCode}55501${String(random.whole(0, 99)).padStart(2, '0')}`

function reachedBy(
  random: Random,
  givenName: string,
  familyName: string,
  areaCode: string,
): { email: string | null; phone: string | null } {
  const hasMail = random.chance(0.8)
  return {
    email: hasMail ? mailOf(random, givenName, familyName) : null,
    phone: !hasMail || random.chance(0.6) ? phoneOf(random, areaCode) : null,
  }
}

/** Age in whole years at `now`, as a number of days would have it: near enough to invent by. */
export const ageAt = (birthDate: string, now: Date): number =>
  Math.floor((now.getTime() - Date.parse(birthDate)) / yearMs)

/** Someone who does not exist, of an age that `reason` is for; an adult with an address or a number or both. */
export function inventPatient(
  random: Random,
  id: string,
  reason: VisitReason,
  state: string,
  areaCode: string,
  now: Date,
): InventedPatient {
  const { givenName, familyName } = inventName(random, state)
  const youngest = Math.max(reason.minimumAgeYears, 0)
  const oldest = Math.min(reason.maximumAgeYears, youngest >= 55 ? 94 : 88)
  const years = youngest + 0.1 + random.next() * Math.max(0.8, oldest - youngest - 0.2)
  const birthDate = new Date(now.getTime() - years * yearMs).toISOString().slice(0, 10)
  const reached = reachedBy(random, givenName, familyName, areaCode)
  const isChild = ageAt(birthDate, now) < adultFrom
  return { id, givenName, familyName, birthDate, ...(isChild ? { email: null, phone: null } : reached) }
}

/** The adult who booked for a child; undefined when the patient books alone. */
export function inventParent(
  random: Random,
  patient: InventedPatient,
  state: string,
  areaCode: string,
  now: Date,
): InventedParent | undefined {
  if (ageAt(patient.birthDate, now) >= adultFrom) return undefined
  const { givenName } = inventName(random, state)
  const relationship = random.chance(0.92) ? 'parent' : 'guardian'
  return {
    givenName,
    familyName: patient.familyName,
    relationship,
    ...reachedBy(random, givenName, patient.familyName, areaCode),
  }
}
