import { type SystemTx, withRelay, withSystem } from '#db/doors.ts'
import { type Composed, composeMessage, type Occasion } from '#domain/notification/composeMessage.ts'
import { plannedReminder } from '#domain/notification/read.ts'
import { type Outcome, recordDelivery } from '#domain/notification/recordDelivery.ts'
import type { ReminderKind } from '#domain/notification/rules.ts'
import { sendMail } from '#gateways/mail.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { log } from '#lib/log.ts'
import { told, toldNobody } from '../outbox.ts'
import type { BookingNews, UndeliveredOutcome } from './contract.ts'

/** Sends what the news call for, once for each state of the visit. Throws `unavailable` while mail is down. */
export async function tell(
  tenantId: string,
  appointmentId: string,
  { id, news, requestId }: BookingNews,
): Promise<void> {
  await deliver(tenantId, { appointmentId, news }, requestId)
  await withRelay((tx) => told(tx, id))
}

/** Sends a reminder that is due; nothing when the visit was moved or cancelled. Throws `unavailable` while mail is down. */
export const remind = (tenantId: string, appointmentId: string, reminder: ReminderKind): Promise<void> =>
  deliver(tenantId, { appointmentId, reminder }, newId())

/** The next reminder and the wait until it is due, or null. */
export const nextReminder = (
  tenantId: string,
  appointmentId: string,
): Promise<{ kind: ReminderKind; waitMs: number } | null> =>
  withSystem('reminders', tenantId, (tx) => plannedReminder(tx, appointmentId))

/** Records that the message on its way reached nobody, and why, so that the clinic sees it. */
export async function giveUp(tenantId: string, appointmentId: string, outcome: UndeliveredOutcome): Promise<void> {
  await withSystem('messages', tenantId, (tx) => recordDelivery(tx, { appointmentId, outcome }))
  await withRelay((tx) => toldNobody(tx, tenantId, appointmentId))
}

async function deliver(tenantId: string, occasion: Occasion, requestId: string): Promise<void> {
  const inTenant = <T>(work: (tx: SystemTx) => Promise<T>) => withSystem('messages', tenantId, work, requestId)
  const { appointmentId } = occasion
  const message = await inTenant((tx) => composeMessage(tx, occasion))
  if (!message) return
  const outcome = await post(message)
  await inTenant((tx) => recordDelivery(tx, { appointmentId, key: message.key, outcome }))
  log.info({ requestId: message.requestId, appointmentId, kind: message.kind, status: outcome }, 'message')
}

async function post(message: Composed): Promise<Outcome> {
  try {
    await sendMail(message)
    return 'sent'
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid') return 'refused'
    throw error
  }
}
