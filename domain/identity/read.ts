import type { AuthTx } from '#db/doors.ts'
import type { StaffRole } from '#db/schema/policy.ts'

export type Membership = { tenantId: string; slug: string; role: StaffRole }
export type Signed = { sessionId: string; personId: string; name: string; memberships: Membership[] }

/** Whose session has this secret and where they work, by slug; undefined when it is revoked or over. */
export async function signedIn(tx: AuthTx, secret: string): Promise<Signed | undefined> {
  const [found] = await tx.sql<Signed[]>`
    select session_id as "sessionId", person_id as "personId", name, memberships
    from auth.signed_in(${Buffer.from(secret, 'base64url')})`
  return found
}

export type DemoAccount = { personId: string; name: string; role: StaffRole; tenantId: string; tenant: string }

/** The demo's sign-ins: who, as what, where. At most fifty. */
export const demoAccounts = async (tx: AuthTx): Promise<DemoAccount[]> => [
  ...(await tx.sql<DemoAccount[]>`
    select person_id as "personId", name, role, tenant_id as "tenantId", tenant from auth.demo_accounts()`),
]
