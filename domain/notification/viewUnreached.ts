import { audit } from '#db/audit.ts'
import type { StaffTx } from '#db/doors.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { type Unreached, unreachedVisits } from './read.ts'

/** The visits that could not be reached as the desk sees them, and one record that this person saw the list. */
export async function viewUnreached(tx: StaffTx): Promise<Unreached[]> {
  authorize(tx.actor, 'message:read')
  const visits = await unreachedVisits(tx)
  audit(tx, 'unreached.viewed', 'tenant', tx.actor.tenantId, { visits: visits.length })
  return visits
}
