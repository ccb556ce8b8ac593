// Not a verb: what the verbs that change a visit share
import type { GuestTx, StaffTx } from '#db/doors.ts'
import { AppError } from '#lib/errors.ts'
import type { AppointmentStatus } from './rules.ts'

export type LockedVisit = {
  id: string
  listingId: string
  serviceId: string
  status: AppointmentStatus
  startsAt: Date
  endsAt: Date
  sequence: number
  linkVersion: number
  bookedAt: Date
  cancelUntilMinutes: number
  /** By the database's clock. */
  now: Date
}

/**
 * The visit, locked until the transaction ends, so that two changes of it go one after the other. What a guest sees and no
 * policy lets a guest change (it went on, or the clinic cancelled it) is not locked. Throws `not_found` when the actor cannot see it.
 */
export async function lockVisit(tx: GuestTx | StaffTx, id: string): Promise<LockedVisit> {
  const [visit] = await visitFor(tx, id, tx.sql`for update`)
  const [seen] = visit ? [visit] : await visitFor(tx, id, tx.sql``)
  if (!seen) throw new AppError('not_found', 'visit_unknown')
  return seen
}

const visitFor = (tx: GuestTx | StaffTx, id: string, lock: ReturnType<GuestTx['sql']>) => tx.sql<LockedVisit[]>`
    select id, listing_id as "listingId", service_id as "serviceId", status, starts_at as "startsAt", ends_at as "endsAt",
      sequence, link_version as "linkVersion", created_at as "bookedAt",
      (offer->>'cancelUntilMinutes')::int as "cancelUntilMinutes", clock_timestamp() as now
    from appointment where id = ${id} ${lock}`

/** Adds the change to the visit's history, without waiting for the answer. A trigger writes by whom and when. */
export function remember(
  tx: GuestTx | StaffTx,
  visit: Pick<LockedVisit, 'id' | 'status' | 'startsAt' | 'endsAt'>,
  toStatus: AppointmentStatus,
): void {
  tx.pipeline(tx.sql`
    insert into appointment_history (tenant_id, appointment_id, from_status, to_status, starts_at, ends_at)
    values (${tx.actor.tenantId}, ${visit.id}, ${visit.status}, ${toStatus}, ${visit.startsAt}, ${visit.endsAt})`)
}
