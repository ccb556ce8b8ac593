import { audit } from '#db/audit.ts'
import type { GuestTx } from '#db/doors.ts'
import { authorize } from '#domain/identity/authorize.ts'
import { AppError } from '#lib/errors.ts'

/** Keeps a live hold ten minutes from now, at most thirty in all; returns the new expiry. Throws `hold_expired` when it is too late. */
export async function extendHold(tx: GuestTx, holdId: string): Promise<{ expiresAt: string }> {
  authorize(tx.actor, 'hold:keep', holdId)
  const [row] = await tx.sql<{ expiresAt: Date | null }[]>`select kernel.extend(${holdId}) as "expiresAt"`
  if (!row?.expiresAt) throw new AppError('hold_expired', 'hold_expired')
  audit(tx, 'hold.extended', 'hold', holdId)
  return { expiresAt: row.expiresAt.toISOString() }
}
