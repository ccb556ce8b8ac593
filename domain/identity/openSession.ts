import { audit } from '#db/audit.ts'
import type { AuthTx } from '#db/doors.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { authorize } from './authorize.ts'
import { sessionHours } from './rules.ts'

/**
 * Signs a demo person in: a new session row with a new id, whatever the browser brought. Throws `unauthenticated` when
 * there is no such demo person; real people sign in another way.
 */
export async function openSession(tx: AuthTx, personId: string): Promise<{ sessionId: string; name: string }> {
  authorize(tx.actor, 'session:open')
  const sessionId = newId()
  const [opened] = await tx.sql<{ name: string }[]>`
    with demo as (select id, display_name from person where id = ${personId} and is_demo),
    opened as (
      insert into session (id, person_id, expires_at)
      select ${sessionId}, demo.id, clock_timestamp() + make_interval(hours => ${sessionHours}) from demo
    )
    select display_name as name from demo`
  if (!opened) throw new AppError('unauthenticated', 'sign_in_first')
  audit(tx, 'session.opened', 'session', sessionId)
  return { sessionId, name: opened.name }
}
