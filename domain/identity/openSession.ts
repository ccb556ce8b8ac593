import { randomBytes } from 'node:crypto'
import type { AuthTx } from '#db/doors.ts'
import { AppError } from '#lib/errors.ts'
import { authorize } from './authorize.ts'
import { sessionSecretBytes } from './rules.ts'

/**
 * Signs a demo person in: a new session with a new random secret (base64url), whatever the browser brought. The database
 * keeps only its hash. Throws `unauthenticated` when there is no such demo person; real people sign in another way.
 */
export async function openSession(
  tx: AuthTx,
  personId: string,
): Promise<{ sessionId: string; secret: string; name: string }> {
  authorize(tx.actor, 'session:open')
  const secret = randomBytes(sessionSecretBytes)
  const [opened] = await tx.sql<{ sessionId: string; name: string }[]>`
    select session_id as "sessionId", name from auth.open_demo_session(${personId}, ${secret})`
  if (!opened) throw new AppError('unauthenticated', 'sign_in_first')
  return { ...opened, secret: secret.toString('base64url') }
}
