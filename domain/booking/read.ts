import type { GuestTx, StaffTx, SystemTx } from '#db/doors.ts'
import { answered } from '#db/idempotency.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { AppError } from '#lib/errors.ts'
import type { Booked } from './confirm.ts'
import type { AppointmentStatus } from './rules.ts'

/** Where a visit is, in words that may stand in mails too. */
export type Place = {
  organization: string
  location: string
  address: string
  city: string
  state: string
  postalCode: string
  lat: number
  lng: number
  timeZone: string
  phone: string
}

export type Glance = Place & {
  id: string
  tenantId: string
  status: AppointmentStatus
  startsAt: Date
  endsAt: Date
  bookedAt: Date
  sequence: number
}

export type HeldVisit = Place & {
  id: string
  listingId: string
  slug: string
  serviceId: string
  startsAt: Date
  endsAt: Date
  expiresAt: Date
  extendableUntil: Date
  isLive: boolean
  practitioner: string | null
  service: string
  modality: 'in-person' | 'video' | 'phone'
  audience: 'new' | 'returning' | 'both'
  minimumAgeYears: number
  maximumAgeYears: number
  cancelUntilMinutes: number
  priceAmount: number | null
  priceCurrency: string | null
  notice: string
  noticeVersion: string
  acceptsNewPatients: boolean
}

export type Visit = Glance & {
  listingId: string
  slug: string
  serviceId: string
  service: string
  modality: 'in-person' | 'video' | 'phone'
  practitioner: string | null
  cancelUntilMinutes: number
  cancelledBy: 'patient' | 'clinic' | null
  linkVersion: number
  cancelationReason: string | null
  patient: { givenName: string; familyName: string; birthDate: string; email: string | null; phone: string | null }
  bookedBy: {
    givenName: string
    familyName: string
    email: string | null
    phone: string | null
    relationship: string
  } | null
  /** What became of the newest confirmation: null while none was tried. */
  confirmation: 'sent' | 'waiting' | 'failed' | 'held_back' | 'no_address'
}

/** The hold that the guest's capability names, live or not. Throws `hold_expired` when it is booked or swept. */
export async function heldVisit(tx: GuestTx, id: string): Promise<HeldVisit> {
  authorize(tx.actor, 'hold:keep', id)
  const [held] = await tx.sql<HeldVisit[]>`
    select h.id, h.listing_id as "listingId", r.slug, h.service_id as "serviceId", h.starts_at as "startsAt", h.ends_at as "endsAt",
      h.expires_at as "expiresAt", h.extendable_until as "extendableUntil", h.expires_at > clock_timestamp() as "isLive",
      p.display_name as practitioner, h.offer->>'serviceName' as service, h.offer->>'modality' as modality,
      h.offer->>'audience' as audience, (h.offer->>'minimumAgeYears')::int as "minimumAgeYears",
      (h.offer->>'maximumAgeYears')::int as "maximumAgeYears", (h.offer->>'cancelUntilMinutes')::int as "cancelUntilMinutes",
      (h.offer->>'priceAmount')::int as "priceAmount", h.offer->>'priceCurrency' as "priceCurrency",
      (h.offer->>'acceptsNewPatients')::boolean as "acceptsNewPatients",
      g.notice, g.notice_version as "noticeVersion", g.name as organization,
      l.name as location, l.address_line as address, l.city, l.state, l.postal_code as "postalCode", l.lat, l.lng,
      l.time_zone as "timeZone", l.phone
    from hold h
    join practitioner_role r on r.tenant_id = h.tenant_id and r.id = h.listing_id
    join location l on l.tenant_id = r.tenant_id and l.id = r.location_id
    join organization g on g.tenant_id = h.tenant_id
    left join practitioner p on p.tenant_id = r.tenant_id and p.id = r.practitioner_id
    where h.id = ${id}`
  if (!held) throw new AppError('hold_expired', 'hold_expired')
  return held
}

/**
 * What the confirm under `key` made of the hold; undefined when nothing was confirmed under it. For whoever confirmed and
 * never got the answer: the hold's token alone opens nothing any more.
 */
export async function bookedUnder(tx: GuestTx, holdId: string, key: string): Promise<Booked | undefined> {
  authorize(tx.actor, 'hold:keep', holdId)
  return answered<Booked>(tx, { route: 'confirm', key })
}

/** Day and place of a visit and nothing about the person: what a mailed link shows and a message says. */
export async function glance(tx: GuestTx | SystemTx, id: string): Promise<Glance> {
  authorize(tx.actor, 'appointment:glance', id)
  const [seen] = await tx.sql<Glance[]>`
    select a.id, a.tenant_id as "tenantId", a.status, a.starts_at as "startsAt", a.ends_at as "endsAt", a.created_at as "bookedAt", a.sequence,
      g.name as organization, l.name as location, l.address_line as address, l.city, l.state, l.postal_code as "postalCode",
      l.lat, l.lng, l.time_zone as "timeZone", l.phone
    from kernel.glimpse(${id}) a
    join practitioner_role r on r.tenant_id = a.tenant_id and r.id = a.listing_id
    join location l on l.tenant_id = r.tenant_id and l.id = r.location_id
    join organization g on g.tenant_id = a.tenant_id`
  if (!seen) throw new AppError('not_found', 'visit_unknown')
  return seen
}

/** The whole visit, for whoever may read it. Throws `not_found` when the actor cannot see it. */
export async function visit(tx: GuestTx | StaffTx, id: string): Promise<Visit> {
  authorize(tx.actor, 'appointment:read', id)
  const [seen] = await tx.sql<Visit[]>`
    select a.id, a.tenant_id as "tenantId", a.status, a.starts_at as "startsAt", a.ends_at as "endsAt", a.created_at as "bookedAt", a.sequence,
      a.listing_id as "listingId", r.slug, a.service_id as "serviceId", a.offer->>'serviceName' as service, a.offer->>'modality' as modality,
      pr.display_name as practitioner, (a.offer->>'cancelUntilMinutes')::int as "cancelUntilMinutes",
      a.cancelled_by as "cancelledBy", a.link_version as "linkVersion", kernel.cancelation_reason(a.id) as "cancelationReason",
      jsonb_build_object('givenName', p.given_name, 'familyName', p.family_name, 'birthDate', p.birth_date,
        'email', p.email, 'phone', p.phone) as patient,
      case when b.id is null then null else jsonb_build_object('givenName', b.given_name, 'familyName', b.family_name,
        'email', b.email, 'phone', b.phone, 'relationship', b.relationship) end as "bookedBy",
      case when coalesce(case when b.id is null then p.email else b.email end, '') = '' then 'no_address'
        else coalesce((select case m.status when 'sent' then 'sent' when 'failed' then 'failed'
          else case when m.reason = 'held_back' then 'held_back' else 'waiting' end end from message m
          where m.tenant_id = a.tenant_id and m.appointment_id = a.id order by m.created_at desc limit 1), 'waiting') end as confirmation,
      g.name as organization, l.name as location, l.address_line as address, l.city, l.state, l.postal_code as "postalCode",
      l.lat, l.lng, l.time_zone as "timeZone", l.phone
    from appointment a
    join practitioner_role r on r.tenant_id = a.tenant_id and r.id = a.listing_id
    join location l on l.tenant_id = r.tenant_id and l.id = r.location_id
    join organization g on g.tenant_id = a.tenant_id
    join patient p on p.tenant_id = a.tenant_id and p.id = a.patient_id
    left join practitioner pr on pr.tenant_id = r.tenant_id and pr.id = r.practitioner_id
    left join related_person b on b.tenant_id = a.tenant_id and b.appointment_id = a.id
    where a.id = ${id}`
  if (!seen) throw new AppError('not_found', 'visit_unknown')
  return seen
}
