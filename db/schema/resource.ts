import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { kernelReads } from './policy.ts'

/** Whatever can clash: a practitioner's time, a room, a device. One row across all tenants. */
export const resource = pgTable(
  'resource',
  { id: uuid().primaryKey(), kind: text({ enum: ['practitioner', 'room', 'device'] }).notNull() },
  () => [...kernelReads()],
)
