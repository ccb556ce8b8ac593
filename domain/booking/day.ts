// Not a verb: what the clinic's desk reads
import type { StaffTx } from '#db/doors.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { AppError } from '#lib/errors.ts'
import type { BlockForm, BlockInput } from './input.ts'
import type { AppointmentStatus } from './rules.ts'

/** Someone who sees patients at a place: one list of the day. */
export type DayListing = {
  id: string
  practitioner: string | null
  locationId: string
  location: string
  timeZone: string
  slug: string
}

export type DayVisit = {
  id: string
  listingId: string
  startsAt: Date
  endsAt: Date
  status: AppointmentStatus
  /** Null for roles that see no charts: the database shows them times, services and states only. */
  patient: string | null
  birthDate: string | null
  service: string
  /** Whom to call about it: the booker's, else the patient's; null for roles that see no contacts. */
  phone: string | null
  /** The last message about it went to nobody; one that was held back counts while the visit is booked and ahead. */
  isUnreached: boolean
}

export type DayBlock = { id: string; listingId: string; startsAt: Date; endsAt: Date; reason: string }

/** The tenant's name and its listings, by location and practitioner; at most 500. */
export async function desk(tx: StaffTx): Promise<{ organization: string; listings: DayListing[] }> {
  authorize(tx.actor, 'day:read')
  const [[organization], listings] = await Promise.all([
    tx.sql<{ name: string }[]>`select name from organization`,
    tx.sql<DayListing[]>`
      select r.id, p.display_name as practitioner, l.id as "locationId", case when strpos(l.name, l.address_line) > 0 then l.name else l.name || ', ' || l.address_line end as location, l.time_zone as "timeZone", r.slug
      from practitioner_role r
      join location l on l.tenant_id = r.tenant_id and l.id = r.location_id
      left join practitioner p on p.tenant_id = r.tenant_id and p.id = r.practitioner_id
      order by l.name, l.id, p.display_name nulls last limit 500`,
  ])
  return { organization: organization?.name ?? '', listings: [...listings] }
}

/** The visits that start within [from, to), earliest first, cancelled ones too; at most 1,000. */
export async function dayVisits(tx: StaffTx, listingIds: string[], from: Date, to: Date): Promise<DayVisit[]> {
  authorize(tx.actor, 'day:read')
  const rows = await tx.sql<DayVisit[]>`
    select a.id, a.listing_id as "listingId", a.starts_at as "startsAt", a.ends_at as "endsAt", a.status,
      p.given_name || ' ' || p.family_name as patient, p.birth_date::text as "birthDate", a.offer->>'serviceName' as service,
      coalesce(b.phone, p.phone) as phone,
      coalesce((select m.status = 'failed' or (m.reason = 'held_back' and a.status = 'booked' and a.starts_at > now())
        from message m
        where m.tenant_id = a.tenant_id and m.appointment_id = a.id
          and (m.status in ('sent', 'failed') or m.reason = 'held_back')
        order by m.settled_at desc nulls last, m.id desc limit 1), false) as "isUnreached"
    from appointment a left join patient p on p.tenant_id = a.tenant_id and p.id = a.patient_id
    left join related_person b on b.tenant_id = a.tenant_id and b.appointment_id = a.id
    where a.listing_id = any (${listingIds}::uuid[]) and a.starts_at >= ${from} and a.starts_at < ${to}
    order by a.starts_at, a.id limit 1000`
  return [...rows]
}

/** The blocks that touch [from, to), earliest first; at most 500. */
export async function dayBlocks(tx: StaffTx, listingIds: string[], from: Date, to: Date): Promise<DayBlock[]> {
  authorize(tx.actor, 'day:read')
  const rows = await tx.sql<DayBlock[]>`
    select id, listing_id as "listingId", starts_at as "startsAt", ends_at as "endsAt", reason from time_block
    where listing_id = any (${listingIds}::uuid[]) and starts_at < ${to} and ends_at > ${from}
    order by starts_at, id limit 500`
  return [...rows]
}

export type HistoryEntry = {
  at: Date
  fromStatus: AppointmentStatus | null
  toStatus: AppointmentStatus
  startsAt: Date
  by: 'guest' | 'staff' | 'system'
}

/** What happened to a visit, oldest first. */
export async function visitHistory(tx: StaffTx, id: string): Promise<HistoryEntry[]> {
  authorize(tx.actor, 'appointment:read', id)
  const rows = await tx.sql<HistoryEntry[]>`
    select at, from_status as "fromStatus", to_status as "toStatus", starts_at as "startsAt", by_scope as by
    from appointment_history where appointment_id = ${id} order by at, id limit 100`
  return [...rows]
}

/** Other charts that may be the same person: family name and birth date agree. Never merged by itself. */
export async function maybeSame(tx: StaffTx, appointmentId: string): Promise<{ patient: string; visits: number }[]> {
  authorize(tx.actor, 'appointment:read', appointmentId)
  const rows = await tx.sql<{ patient: string; visits: number }[]>`
    select o.given_name || ' ' || o.family_name as patient,
      (select count(*)::int from appointment v where v.tenant_id = o.tenant_id and v.patient_id = o.id) as visits
    from appointment a
    join patient p on p.tenant_id = a.tenant_id and p.id = a.patient_id
    join patient o on o.tenant_id = p.tenant_id and o.family_name = p.family_name and o.birth_date = p.birth_date and o.id <> p.id
    where a.id = ${appointmentId} order by 1 limit 5`
  return [...rows]
}

/** The instants of a block that was typed in wall time, in the zone of the listing's location. Throws `not_found`. */
export async function blockInZone(tx: StaffTx, { listingId, date, from, to, reason }: BlockForm): Promise<BlockInput> {
  authorize(tx.actor, 'time:block')
  const [span] = await tx.sql<{ startsAt: Date; endsAt: Date }[]>`
    select (${date}::date + ${from}::time) at time zone l.time_zone as "startsAt",
      (${date}::date + ${to}::time) at time zone l.time_zone as "endsAt"
    from practitioner_role r join location l on l.tenant_id = r.tenant_id and l.id = r.location_id
    where r.id = ${listingId}`
  if (!span) throw new AppError('not_found', 'listing_unknown')
  return { listingId, reason, ...span }
}
