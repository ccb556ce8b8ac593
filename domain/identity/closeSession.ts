import { audit } from '#db/audit.ts'
import type { AuthTx } from '#db/doors.ts'
import { authorize } from './authorize.ts'

/** Ends a session at once, wherever its cookie is. Harmless when it ended before. */
export async function closeSession(tx: AuthTx, sessionId: string): Promise<void> {
  authorize(tx.actor, 'session:close')
  const [closed] = await tx.sql`
    update session set revoked_at = clock_timestamp() where id = ${sessionId} and revoked_at is null returning id`
  if (closed) audit(tx, 'session.closed', 'session', sessionId)
}
