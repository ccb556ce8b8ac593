import type { AuthTx } from '#db/doors.ts'
import type { StaffRole } from '#db/schema/policy.ts'

export type Membership = { tenantId: string; slug: string; role: StaffRole }
export type Signed = { sessionId: string; personId: string; name: string; memberships: Membership[] }

/** Whose session this is and where they work, by slug, as long as it is neither revoked nor over; undefined otherwise. */
export async function signedIn(tx: AuthTx, sessionId: string): Promise<Signed | undefined> {
  const [found] = await tx.sql<Signed[]>`
    select s.id as "sessionId", p.id as "personId", p.display_name as name,
      (select coalesce(jsonb_agg(jsonb_build_object('tenantId', m.tenant_id, 'slug', t.slug, 'role', m.role) order by t.slug), '[]')
        from membership m join tenant t on t.id = m.tenant_id where m.person_id = p.id) as memberships
    from session s join person p on p.id = s.person_id
    where s.id = ${sessionId} and s.revoked_at is null and s.expires_at > clock_timestamp()`
  return found
}

export type DemoAccount = { personId: string; name: string; role: StaffRole; tenantId: string; tenant: string }

/** The demo's sign-ins: who, as what, where. At most fifty. */
export const demoAccounts = async (tx: AuthTx): Promise<DemoAccount[]> => [
  ...(await tx.sql<DemoAccount[]>`
    select p.id as "personId", p.display_name as name, m.role, t.id as "tenantId", t.slug as tenant
    from person p join membership m on m.person_id = p.id join tenant t on t.id = m.tenant_id
    where p.is_demo order by t.slug, m.role limit 50`),
]
