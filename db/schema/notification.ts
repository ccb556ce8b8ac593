import { sql } from 'drizzle-orm'
import { index, integer, text, unique, uuid } from 'drizzle-orm/pg-core'
import { appointment } from './booking.ts'
import { deskRoles, guestReads, instant, staffReads, systemReads, systemWrites, tenantTable, within } from './policy.ts'

/** One message about a visit: what became of it. Its text is made when it is sent and is not kept. */
export const message = tenantTable(
  'message',
  {
    appointmentId: uuid().notNull(),
    kind: text().notNull(),
    /** The business id of the delivery: sending twice under one key sends once. */
    key: text().notNull(),
    sequence: integer().notNull(),
    status: text({ enum: ['sending', 'sent', 'failed', 'skipped'] }).notNull(),
    reason: text(),
    attempts: integer().notNull().default(0),
    createdAt: instant().notNull().defaultNow(),
    sentAt: instant(),
    settledAt: instant(),
  },
  (t) => [
    within([t.tenantId, t.appointmentId], [appointment.tenantId, appointment.id]),
    unique().on(t.tenantId, t.key),
    index().on(t.tenantId, t.status, t.createdAt),
    index().on(t.tenantId, t.appointmentId),
    index('message_unreached').on(t.tenantId, t.appointmentId).where(sql`status = 'failed' or reason = 'held_back'`),
    ...staffReads(deskRoles),
    ...guestReads('appointment_id = (select a.id from appointment a where a.id = (select ctx.grant_id()))'),
    ...systemReads(),
    ...systemWrites(),
  ],
)
