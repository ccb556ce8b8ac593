import type { TenantTx } from './doors.ts'

/** What the relay acts on. `booking.*` start or tell the booking workflow, `listing.changed` refreshes public rows. */
export type Topic =
  | 'booking.booked'
  | 'booking.moved'
  | 'booking.cancelled'
  | 'booking.address_corrected'
  | 'booking.link_wanted'
  | 'listing.changed'

/**
 * Writes down, in the verb's own transaction (`tx.pipeline`), what is to happen after it. `aggregateId` orders: a row waits
 * for the earlier ones of its aggregate. What exactly happened is read from the tables.
 */
export function outbox(tx: TenantTx, topic: Topic, aggregateId: string): void {
  const { tenantId, requestId } = tx.actor
  tx.hasNews = true
  tx.pipeline(tx.sql`
    insert into outbox (tenant_id, topic, aggregate_id, request_id)
    values (${tenantId}, ${topic}, ${aggregateId}, ${requestId})`)
}
