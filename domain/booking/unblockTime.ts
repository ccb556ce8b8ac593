import { audit } from '#db/audit.ts'
import type { StaffTx } from '#db/doors.ts'
import { outbox } from '#db/outbox.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { AppError } from '#lib/errors.ts'

/** Takes a block away; the time is free at once. Throws `not_found` when it is not this clinic's. */
export async function unblockTime(tx: StaffTx, blockId: string): Promise<void> {
  authorize(tx.actor, 'time:block')
  const [gone] = await tx.sql<{ listingId: string | null }[]>`select kernel.unblock(${blockId}) as "listingId"`
  if (!gone?.listingId) throw new AppError('not_found', 'block_unknown')
  audit(tx, 'time.unblocked', 'time_block', blockId)
  outbox(tx, 'listing.changed', gone.listingId)
}
