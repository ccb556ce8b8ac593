import { audit } from '#db/audit.ts'
import type { SystemTx } from '#db/doors.ts'
import { isTooManyTo } from '#domain/booking/limits.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { newId } from '#lib/ids.ts'
import { type Letter, letter } from './letter.ts'
import { type Correspondence, correspondence, nextTimes, sender } from './read.ts'
import { type Due, dueAfter, mustReach, nextReminder, type ReminderKind, type VisitNews } from './rules.ts'

/** What gives rise to a message: some news about the visit, or the time for a reminder. */
export type Occasion = { appointmentId: string } & ({ news: VisitNews } | { reminder: ReminderKind })

/** A message ready to go. `requestId` is the request that caused it: for a reminder, the booking. */
export type Composed = Letter & Due & { to: string; requestId: string }

/**
 * Writes the message that the occasion calls for, by how the visit stands now, and takes its key: undefined when
 * nothing is to be sent, because the visit moved on, the message was settled under its key, there is no address, or the
 * address has had too many (both are recorded). Composing again under a key that is not settled gives the message again.
 */
export async function composeMessage(tx: SystemTx, occasion: Occasion): Promise<Composed | undefined> {
  authorize(tx.actor, 'message:record')
  const found = await correspondence(tx, occasion.appointmentId)
  const due = dueNow(occasion, found)
  await overtake(tx, occasion.appointmentId, due?.key ?? null)
  if (!due) return undefined
  const isReachable = found.to !== null
  const status = isReachable ? 'sending' : mustReach(due.kind, found.visit) ? 'failed' : 'skipped'
  const [taken] = await tx.sql<{ id: string; attempts: number }[]>`
    insert into message as m (tenant_id, id, appointment_id, kind, key, sequence, status, reason, attempts, settled_at)
    values (${tx.actor.tenantId}, ${newId()}, ${occasion.appointmentId}, ${due.kind}, ${due.key}, ${found.visit.sequence},
      ${status}, ${isReachable ? null : 'no_address'}, 1, ${isReachable ? null : found.now})
    on conflict (tenant_id, key) do update
      set attempts = m.attempts + 1, status = excluded.status, reason = excluded.reason, settled_at = excluded.settled_at
      where m.status = 'sending' or m.reason = 'overtaken'
    returning m.id, m.attempts`
  if (!taken) return undefined
  if (taken.attempts === 1) audit(tx, `message.${status}`, 'message', taken.id, { kind: due.kind })
  if (found.to === null) return undefined
  if (taken.attempts === 1 && !mustReach(due.kind, found.visit) && (await isHeldBack(tx, found, taken.id)))
    return undefined
  const facts =
    due.kind === 'cancelled_by_clinic' ? { ...found.facts, nextTimes: await nextTimes(tx, found) } : found.facts
  const requestId = ('reminder' in occasion && found.requestId) || tx.actor.requestId
  return { ...letter(due.kind, facts, sender()), ...due, to: found.to, requestId }
}

/**
 * Whether an address that has opened no link of the visit has had too many messages within a day, whoever caused them:
 * bookings, moves, cancellations, new links, reminders. Then this one is recorded as held back, and nothing is refused.
 */
async function isHeldBack(tx: SystemTx, { unproven }: Correspondence, messageId: string): Promise<boolean> {
  if (unproven === null || !(await isTooManyTo(tx, unproven))) return false
  await tx.sql`
    update message set status = 'skipped', reason = 'held_back', settled_at = clock_timestamp() where id = ${messageId}`
  return true
}

function dueNow(occasion: Occasion, { visit, settled, now }: Correspondence): Due | undefined {
  if ('news' in occasion) return dueAfter(occasion.news, visit, settled, now)
  const next = nextReminder(visit, settled, now)
  return next && next.kind === occasion.reminder && next.at <= now ? next : undefined
}

/** A message that was on its way when the visit moved on is not sent any more. */
async function overtake(tx: SystemTx, appointmentId: string, key: string | null): Promise<void> {
  await tx.sql`
    update message set status = 'skipped', reason = 'overtaken', settled_at = clock_timestamp()
    where appointment_id = ${appointmentId} and status = 'sending' and key is distinct from ${key}`
}
