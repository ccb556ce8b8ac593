import type { StaffTx, SystemTx } from '#db/doors.ts'
import { mailedPath } from '#domain/booking/access.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { type Letter, type LetterFacts, letter } from './letter.ts'
import type { ClinicReason, MessageKind, NotifiedVisit, ReminderKind, Settled } from './rules.ts'
import { nextReminder, tellableReason } from './rules.ts'

const offeredTimes = 3
const offeredWithinDays = 60

/** A visit as the rules and the words of its messages need it. */
export type Correspondence = {
  visit: NotifiedVisit
  /** Where messages go: the booker's address, else the patient's; null without one. */
  to: string | null
  /** The hash under which messages to that address are counted; null once it has opened a link mailed to it. */
  unproven: string | null
  /** The request that booked the visit. */
  requestId: string | null
  /** What became of earlier messages. */
  settled: Settled[]
  /** Without `nextTimes`: see `nextTimes`. */
  facts: LetterFacts
  listingId: string
  serviceId: string
  /** By the database's clock. */
  now: Date
}

type Told = 'endsAt' | 'changedAt' | 'clinic' | 'location' | 'addressLine' | 'cityLine' | 'isDemo'
type Row = NotifiedVisit &
  Pick<LetterFacts, Told> &
  Pick<Correspondence, 'to' | 'unproven' | 'requestId' | 'listingId' | 'serviceId' | 'now'> & {
    tenantId: string
    bookedAt: Date
    cancelationReason: string | null
  }

/** What is needed to write about a visit. Throws `not_found` when the actor cannot see it. */
export async function correspondence(tx: StaffTx | SystemTx, id: string): Promise<Correspondence> {
  authorize(tx.actor, 'appointment:read', id)
  const [row] = await tx.sql<Row[]>`
    select a.id, a.tenant_id as "tenantId", a.listing_id as "listingId", a.service_id as "serviceId", a.status,
      a.cancelled_by as "cancelledBy", kernel.cancelation_reason(a.id) as "cancelationReason", a.starts_at as "startsAt",
      a.ends_at as "endsAt", a.sequence, a.link_version as "linkVersion", a.created_at as "bookedAt",
      a.request_id as "requestId", case when not a.contact_verified then a.contact_hash end as unproven, coalesce(change.at, a.created_at) as "changedAt",
      coalesce(timing.at, a.created_at) as "timeSetAt", coalesce(timing.by_scope, 'guest') as "timeSetBy",
      l.time_zone as "timeZone", g.name as clinic, nullif(l.name, g.name) as location, l.address_line as "addressLine",
      l.city || ', ' || l.state || ' ' || l.postal_code as "cityLine", g.is_demo as "isDemo",
      nullif(case when b.id is null then p.email else b.email end, '') as to, clock_timestamp() as now
    from appointment a
    join practitioner_role r on r.tenant_id = a.tenant_id and r.id = a.listing_id
    join location l on l.tenant_id = r.tenant_id and l.id = r.location_id
    join organization g on g.tenant_id = a.tenant_id
    join patient p on p.tenant_id = a.tenant_id and p.id = a.patient_id
    left join related_person b on b.tenant_id = a.tenant_id and b.appointment_id = a.id
    left join lateral (select h.at from appointment_history h
      where h.tenant_id = a.tenant_id and h.appointment_id = a.id order by h.at desc limit 1) change on true
    left join lateral (select h.at, h.by_scope from appointment_history h
      where h.tenant_id = a.tenant_id and h.appointment_id = a.id and h.to_status = 'booked'
        and (h.from_status is null or h.from_status = 'booked')
      order by h.at desc limit 1) timing on true
    where a.id = ${id}`
  if (!row) throw new AppError('not_found', 'visit_unknown')
  const settled = await tx.sql<Settled[]>`
    select kind, key, sequence from message
    where appointment_id = ${id} and (status in ('sent', 'failed') or reason in ('no_address', 'held_back'))`
  const { to, unproven, requestId, listingId, serviceId, now } = row
  return { visit: row, settled: [...settled], facts: factsOf(row), to, unproven, requestId, listingId, serviceId, now }
}

/** Field by field: what is not named here cannot get into a message. */
const factsOf = (row: Row): LetterFacts => ({
  id: row.id,
  writtenAt: row.now,
  startsAt: row.startsAt,
  endsAt: row.endsAt,
  timeZone: row.timeZone,
  sequence: row.sequence,
  changedAt: row.changedAt,
  clinic: row.clinic,
  location: row.location,
  addressLine: row.addressLine,
  cityLine: row.cityLine,
  link: `${env().PUBLIC_URL}${mailedPath({ tenantId: row.tenantId, id: row.id, bookedAt: row.bookedAt, endsAt: row.endsAt }, row.linkVersion)}`,
  isDemo: row.isDemo,
  isCancelled: row.status === 'cancelled',
  reason: tellableReason(row.cancelationReason),
  nextTimes: [],
})

/** The next reminder of a visit and the wait until it is due, or null when none is left. Throws `not_found`. */
export async function plannedReminder(
  tx: SystemTx,
  id: string,
): Promise<{ kind: ReminderKind; waitMs: number } | null> {
  const { visit, settled, now } = await correspondence(tx, id)
  const next = nextReminder(visit, settled, now)
  return next ? { kind: next.kind, waitMs: next.at.getTime() - now.getTime() } : null
}

/** The next three free times of the same kind of visit at the same place, earliest first. */
export async function nextTimes(
  tx: StaffTx | SystemTx,
  { listingId, serviceId, now }: Pick<Correspondence, 'listingId' | 'serviceId' | 'now'>,
): Promise<Date[]> {
  const until = new Date(now.getTime() + offeredWithinDays * 86_400_000)
  const rows = await tx.sql<{ startsAt: Date }[]>`
    select starts_at as "startsAt"
    from kernel.free_times(array[${listingId}::uuid], ${serviceId}, ${now}, ${until}, ${offeredTimes}) order by starts_at`
  return rows.map(({ startsAt }) => startsAt)
}

/** Who messages come from, in calendar files: `domain` makes their ids our own. */
export const sender = (): { domain: string; mail: string } => ({
  domain: new URL(env().PUBLIC_URL).hostname,
  mail: /<([^<>]+)>$/.exec(env().MAIL_FROM.trim())?.[1] ?? env().MAIL_FROM.trim(),
})

/**
 * The message that the patient gets when the clinic cancels for this reason, before it does, with the link left out:
 * it is the patient's key. `reaches` is false when there is no address to send it to.
 */
export async function cancellationPreview(
  tx: StaffTx,
  id: string,
  reason: ClinicReason,
): Promise<Pick<Letter, 'subject' | 'text'> & { reaches: boolean }> {
  authorize(tx.actor, 'appointment:cancel', id)
  const found = await correspondence(tx, id)
  const facts: LetterFacts = {
    ...found.facts,
    isCancelled: true,
    reason,
    link: `${env().PUBLIC_URL}/m/…`,
    nextTimes: await nextTimes(tx, found),
  }
  const { subject, text } = letter('cancelled_by_clinic', facts, sender())
  return { subject, text, reaches: found.to !== null }
}

/** A visit whose patient could not be told something. */
export type Unreached = {
  appointmentId: string
  status: string
  startsAt: Date
  timeZone: string
  patient: string
  phone: string | null
  kind: MessageKind
  /**
   * `no_address`, `refused` (the address does not take mail), `mail_down` (tried for hours), `unexpected` (our failure) or
   * `held_back` (the address got too many messages that day, perhaps by a stranger's doing).
   */
  reason: string
  since: Date
}

/**
 * The visits that could not be reached: the last message about each went to nobody. Those that start from a week ago
 * on, earliest start first; at most `limit`. A message that was held back counts while its visit is booked and ahead.
 * Relies on the index `message_unreached`.
 */
export async function unreachedVisits(tx: StaffTx, limit = 200): Promise<Unreached[]> {
  authorize(tx.actor, 'message:read')
  const rows = await tx.sql<Unreached[]>`
    select a.id as "appointmentId", a.status, a.starts_at as "startsAt", l.time_zone as "timeZone",
      p.given_name || ' ' || p.family_name as patient, coalesce(b.phone, p.phone) as phone, m.kind, m.reason,
      m.settled_at as since
    from message m
    join appointment a on a.tenant_id = m.tenant_id and a.id = m.appointment_id
    join practitioner_role r on r.tenant_id = a.tenant_id and r.id = a.listing_id
    join location l on l.tenant_id = r.tenant_id and l.id = r.location_id
    join patient p on p.tenant_id = a.tenant_id and p.id = a.patient_id
    left join related_person b on b.tenant_id = a.tenant_id and b.appointment_id = a.id
    where (m.status = 'failed' or m.reason = 'held_back') and a.starts_at > now() - interval '7 days'
      and (m.status = 'failed' or (a.status = 'booked' and a.starts_at > now())) and not exists (
      select 1 from message later where later.tenant_id = m.tenant_id and later.appointment_id = m.appointment_id
        and (later.status in ('sent', 'failed') or later.reason = 'held_back')
        and (later.settled_at, later.id) > (m.settled_at, m.id))
    order by a.starts_at, a.id limit ${limit}`
  return [...rows]
}
