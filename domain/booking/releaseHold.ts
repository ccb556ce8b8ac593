import { audit } from '#db/audit.ts'
import type { GuestTx } from '#db/doors.ts'
import { authorize } from '#domain/identity/authorize.ts'

/** Gives a held time back; it is free at once. Harmless when it ran out or was given back before; a booked visit stays. */
export async function releaseHold(tx: GuestTx, holdId: string): Promise<void> {
  authorize(tx.actor, 'hold:keep', holdId)
  const [kept] = await tx.sql`select 1 from hold where id = ${holdId}`
  if (!kept) return
  await tx.sql`select kernel.release(${holdId})`
  audit(tx, 'hold.released', 'hold', holdId)
}
