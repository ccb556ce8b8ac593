import type { AuthTx } from '#db/doors.ts'
import { authorize } from './authorize.ts'

/** Ends the session with this secret at once, wherever its cookie is. Harmless when it ended before. */
export async function closeSession(tx: AuthTx, secret: string): Promise<void> {
  authorize(tx.actor, 'session:close')
  await tx.sql`select auth.close_session(${Buffer.from(secret, 'base64url')})`
}
