import type { Capability } from './capability.ts'
import type { StaffRole } from './schema/policy.ts'

/** Staff, signed in, acting for one tenant. */
export type StaffActor = {
  kind: 'staff'
  tenantId: string
  personId: string
  role: StaffRole
  sessionId: string
  requestId: string
}

/** Someone without an account, allowed to see exactly what their capability names. */
export type GuestActor = { kind: 'guest'; capability: Capability; tenantId: string; requestId: string }

/** A workflow or a script, acting for one tenant. `purpose` is what the audit says. */
export type SystemActor = { kind: 'system'; tenantId: string; purpose: string; requestId: string }

/** Someone at the sign-in, before it is known who they are. */
export type VisitorActor = { kind: 'visitor' }

/** Who acts for a tenant, and is named in the signed context. */
export type TenantActor = StaffActor | GuestActor | SystemActor

export type Actor = TenantActor | VisitorActor

/** The guest who holds this capability. */
export const guestActor = (capability: Capability, requestId: string): GuestActor => ({
  kind: 'guest',
  capability,
  tenantId: capability.tenantId,
  requestId,
})
