import { audit } from '#db/audit.ts'
import type { SystemTx } from '#db/doors.ts'
import { authorize } from '#domain/identity/authorize.ts'

/**
 * What became of a message: taken by the mail server, refused for good by it, given up because the server was away for
 * hours (`mail_down`), or given up because of a failure of our own (`unexpected`; the log has its cause).
 */
export type Outcome = 'sent' | 'refused' | 'mail_down' | 'unexpected'

/**
 * Records what became of the messages of a visit that are on their way: of the one with `key`, or of all. A failure is
 * shown to the clinic. A message that is settled already stays as it is.
 */
export async function recordDelivery(
  tx: SystemTx,
  delivery: { appointmentId: string; key?: string; outcome: Outcome },
): Promise<void> {
  authorize(tx.actor, 'message:record')
  const { appointmentId, key = null, outcome } = delivery
  const isSent = outcome === 'sent'
  const settled = await tx.sql<{ id: string; kind: string }[]>`
    update message set status = ${isSent ? 'sent' : 'failed'}, reason = ${isSent ? null : outcome},
      settled_at = clock_timestamp(), sent_at = case when ${isSent} then clock_timestamp() end
    where appointment_id = ${appointmentId} and status = 'sending' and (${key}::text is null or key = ${key})
    returning id, kind`
  for (const { id, kind } of settled)
    audit(tx, isSent ? 'message.sent' : 'message.failed', 'message', id, { kind, outcome })
}
