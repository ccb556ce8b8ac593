import { sql } from 'drizzle-orm'
import { boolean, check, date, index, integer, jsonb, text, unique, uuid } from 'drizzle-orm/pg-core'
import { practitionerRole, service } from './directory.ts'
import {
  boundedSpan,
  deskRoles,
  exceptColumns,
  guestAdds,
  guestChanges,
  guestReads,
  instant,
  kernelAdds,
  kernelChanges,
  kernelKeeps,
  kernelReads,
  onlyColumns,
  staffAdds,
  staffChanges,
  staffReads,
  systemReads,
  tenantTable,
  within,
} from './policy.ts'

/** FHIR R4 appointmentstatus, the part in use. */
export const appointmentStatuses = ['booked', 'arrived', 'fulfilled', 'cancelled', 'noshow'] as const

/** The kind of the guest's capability decides what it reaches (db/capability.ts); a kind that is not named reaches nothing. */
const holder = "(select ctx.grant_kind()) = 'hold'"
const booker = "(select ctx.grant_kind()) = 'appointment'"
/** The row that the guest's capability names. A mailed link reaches none: it has `kernel.glimpse` and `kernel.identify`. */
const granted = 'id = (select ctx.grant_id())'
const grantedVersion = `${granted} and access_version = (select ctx.grant_version())`
/** What belongs to the visit that the capability names. The policy of `appointment` shows it to whoever booked it or proved the birth date. */
const ofBooker = `appointment_id = (select a.id from appointment a where a.id = (select ctx.grant_id()))`
const chartOfBooker = `id = (select a.patient_id from appointment a where a.id = (select ctx.grant_id()))`

/**
 * What was offered when the time was held, made by kernel.offer_of. What follows (confirm, move, cancel, messages) goes by it,
 * whatever becomes of the service.
 */
export type Offer = {
  serviceName: string
  modality: 'in-person' | 'video' | 'phone'
  audience: 'new' | 'returning' | 'both'
  minimumAgeYears: number
  maximumAgeYears: number
  acceptsNewPatients: boolean
  durationMinutes: number
  bufferBeforeMinutes: number
  bufferAfterMinutes: number
  cancelUntilMinutes: number
  /** In minor units of the currency; both null when the clinic names no price. */
  priceAmount: number | null
  priceCurrency: string | null
}

/** What the database itself reads of an offer is there, and is a number. */
const offerHasNumbers = (
  ['durationMinutes', 'bufferBeforeMinutes', 'bufferAfterMinutes', 'cancelUntilMinutes'] as const
)
  .map((key: keyof Offer) => `jsonb_typeof(offer -> '${key}') is not distinct from 'number'`)
  .join(' and ')

/**
 * The tenant's chart of a patient. Never matched by e-mail, phone or name: two bookings are two charts until proven.
 * A guest's new chart is made by kernel.book, with the id of the visit.
 */
export const patient = tenantTable(
  'patient',
  {
    personId: uuid(),
    givenName: text().notNull(),
    familyName: text().notNull(),
    birthDate: date().notNull(),
    email: text(),
    phone: text(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [
    index().on(t.tenantId, t.familyName, t.birthDate),
    check(
      'patient_reachable_text',
      sql`length(${t.givenName}) between 1 and 100 and length(${t.familyName}) between 1 and 100`,
    ),
    ...staffReads(deskRoles),
    ...guestReads(chartOfBooker),
    ...onlyColumns(['email'], guestChanges(chartOfBooker, chartOfBooker)),
    ...systemReads(),
    ...kernelReads(),
    ...kernelAdds(),
  ],
)

/** A time kept for someone who is filling in the form. Its id becomes the appointment's. */
export const hold = tenantTable(
  'hold',
  {
    listingId: uuid().notNull(),
    serviceId: uuid().notNull(),
    offer: jsonb().$type<Offer>().notNull(),
    startsAt: instant().notNull(),
    endsAt: instant().notNull(),
    expiresAt: instant().notNull(),
    extendableUntil: instant().notNull(),
    accessVersion: integer().notNull().default(1),
    /** Keyed hashes of the caller's address and, for IPv6, of its first 48 bits. */
    addressHash: text().notNull(),
    networkHash: text(),
    createdAt: instant().notNull().defaultNow(),
  },
  (t) => [
    within([t.tenantId, t.listingId], [practitionerRole.tenantId, practitionerRole.id]),
    within([t.tenantId, t.serviceId], [service.tenantId, service.id]),
    index().on(t.addressHash, t.expiresAt),
    index().on(t.networkHash, t.expiresAt).where(sql`network_hash is not null`),
    index().on(t.expiresAt),
    check('hold_offer', sql.raw(offerHasNumbers)),
    check('hold_bounded', boundedSpan(t.startsAt, t.endsAt, '1 day')),
    check('hold_expires', sql`isfinite(${t.expiresAt}) and ${t.expiresAt} <= ${t.extendableUntil}`),
    ...guestReads(`${holder} and ${grantedVersion}`),
    ...kernelKeeps(),
  ],
)

/** What moving, cancelling and correcting the address change: never whose visit it is, what was offered, or what is counted. */
const changedByGuest = [
  ...['status', 'starts_at', 'ends_at', 'sequence', 'link_version', 'contact_hash', 'contact_verified'],
  ...['cancelation_reason', 'cancelled_by'],
]

/** What a guest changes, and what becomes of it: the visit is booked, or the patient cancelled it. What went on is the clinic's. */
const guestState = "(status = 'booked' or status = 'cancelled' and cancelled_by = 'patient')"

/** What checking in, moving and cancelling change. */
const changedByStaff = ['status', 'starts_at', 'ends_at', 'sequence', 'cancelation_reason', 'cancelled_by']

/** A visit. One id for life: the hold's; moves raise `sequence`, earlier times are in `appointment_history`. */
export const appointment = tenantTable(
  'appointment',
  {
    listingId: uuid().notNull(),
    serviceId: uuid().notNull(),
    patientId: uuid().notNull(),
    status: text({ enum: appointmentStatuses }).notNull(),
    startsAt: instant().notNull(),
    endsAt: instant().notNull(),
    sequence: integer().notNull().default(0),
    accessVersion: integer().notNull().default(1),
    linkVersion: integer().notNull().default(1),
    /** Wrong birth dates under the present link, and under all links so far. Written by kernel.identify alone. */
    birthDateTries: integer().notNull().default(0),
    birthDateFailures: integer().notNull().default(0),
    offer: jsonb().$type<Offer>().notNull(),
    /** Keyed hash of the address that messages go to, and whether someone opened a link mailed there (kernel.identify). */
    contactHash: text(),
    contactVerified: boolean().notNull().default(false),
    cancelationReason: text(),
    cancelledBy: text({ enum: ['patient', 'clinic'] }),
    createdAt: instant().notNull().defaultNow(),
    requestId: text(),
  },
  (t) => [
    within([t.tenantId, t.listingId], [practitionerRole.tenantId, practitionerRole.id]),
    within([t.tenantId, t.serviceId], [service.tenantId, service.id]),
    within([t.tenantId, t.patientId], [patient.tenantId, patient.id]),
    index().on(t.tenantId, t.startsAt),
    index().on(t.tenantId, t.listingId, t.startsAt),
    index().on(t.tenantId, t.patientId),
    check('appointment_offer', sql.raw(offerHasNumbers)),
    check('appointment_bounded', boundedSpan(t.startsAt, t.endsAt, '1 day')),
    ...exceptColumns(['cancelation_reason'], staffReads()),
    ...staffChanges(deskRoles, changedByStaff),
    ...guestReads(`${booker} and ${grantedVersion}`),
    ...onlyColumns(
      changedByGuest,
      guestChanges(`${booker} and ${grantedVersion} and ${guestState}`, `${booker} and ${granted} and ${guestState}`),
    ),
    ...systemReads(),
    ...kernelChanges(['birth_date_tries', 'birth_date_failures', 'link_version', 'contact_verified']),
    ...kernelAdds(),
  ],
)

/** Who booked for the patient, when that is someone else (FHIR RelatedPerson). Messages go to them. */
export const relatedPerson = tenantTable(
  'related_person',
  {
    appointmentId: uuid().notNull(),
    givenName: text().notNull(),
    familyName: text().notNull(),
    birthDate: date(),
    email: text(),
    phone: text(),
    relationship: text({ enum: ['parent', 'guardian', 'relative', 'carer', 'other'] }).notNull(),
  },
  (t) => [
    within([t.tenantId, t.appointmentId], [appointment.tenantId, appointment.id]),
    unique().on(t.tenantId, t.appointmentId),
    ...staffReads(deskRoles),
    ...guestReads(ofBooker),
    ...onlyColumns(['email'], guestChanges(ofBooker, ofBooker)),
    ...systemReads(),
    ...kernelAdds(),
  ],
)

/** Which version of which document was on the screen when the visit was booked (FHIR Consent's provision text). */
export const acknowledgement = tenantTable(
  'acknowledgement',
  {
    appointmentId: uuid().notNull(),
    document: text({ enum: ['terms', 'privacy', 'clinic-notice'] }).notNull(),
    version: text().notNull(),
    at: instant().notNull().defaultNow(),
  },
  (t) => [
    within([t.tenantId, t.appointmentId], [appointment.tenantId, appointment.id]),
    unique().on(t.tenantId, t.appointmentId, t.document),
    ...staffReads(),
    ...kernelAdds(),
  ],
)

/** What a writer says of a change; who it was and when, a trigger stamps from the signed context. */
const said = ['tenant_id', 'appointment_id', 'from_status', 'to_status', 'starts_at', 'ends_at']

/** Every change of a visit, oldest first: from and to, by whom. Append-only. */
export const appointmentHistory = tenantTable(
  'appointment_history',
  {
    appointmentId: uuid().notNull(),
    fromStatus: text({ enum: appointmentStatuses }),
    toStatus: text({ enum: appointmentStatuses }).notNull(),
    startsAt: instant().notNull(),
    endsAt: instant().notNull(),
    byScope: text({ enum: ['guest', 'staff', 'system'] }).notNull(),
    byPerson: uuid(),
    at: instant().notNull().defaultNow(),
  },
  (t) => [
    within([t.tenantId, t.appointmentId], [appointment.tenantId, appointment.id]),
    index().on(t.tenantId, t.appointmentId, t.at),
    ...staffReads(),
    ...onlyColumns(said, [
      ...staffAdds(deskRoles),
      ...guestAdds(`${booker} and appointment_id = (select ctx.grant_id())`),
    ]),
    ...kernelAdds(),
    ...systemReads(),
  ],
)
