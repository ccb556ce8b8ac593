import { audit } from '#db/audit.ts'
import type { StaffTx } from '#db/doors.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { type DayBlock, type DayVisit, dayBlocks, dayVisits } from './day.ts'

/** Which lists, which local date, and the instants that may belong to it. */
export type DayAsked = { listingIds: string[]; date: string; from: Date; to: Date }

/** The visits and blocks of a day as the desk sees them, and one record that this person saw that day's list. */
export async function viewDay(
  tx: StaffTx,
  { listingIds, date, from, to }: DayAsked,
): Promise<{ visits: DayVisit[]; blocks: DayBlock[] }> {
  authorize(tx.actor, 'day:read')
  const [visits, blocks] = await Promise.all([dayVisits(tx, listingIds, from, to), dayBlocks(tx, listingIds, from, to)])
  audit(tx, 'day.viewed', 'tenant', tx.actor.tenantId, { date, lists: listingIds.length })
  return { visits, blocks }
}
