import { audit } from '#db/audit.ts'
import type { StaffTx } from '#db/doors.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { type HistoryEntry, maybeSame, visitHistory } from './day.ts'
import { type Visit, visit } from './read.ts'

export type ViewedVisit = { visit: Visit; history: HistoryEntry[]; twins: { patient: string; visits: number }[] }

/**
 * A visit's details as the desk sees them, and the record that this person saw them. Throws `not_found` for another
 * tenant's, `forbidden` for a role that reads no charts; neither leaves a record.
 */
export async function viewVisit(tx: StaffTx, id: string): Promise<ViewedVisit> {
  authorize(tx.actor, 'appointment:read', id)
  const seen = await visit(tx, id)
  const [history, twins] = await Promise.all([visitHistory(tx, id), maybeSame(tx, id)])
  audit(tx, 'appointment.viewed', 'appointment', id)
  return { visit: seen, history, twins }
}
