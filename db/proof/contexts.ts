import { createHmac } from 'node:crypto'
import type { GuestActor, StaffActor, SystemActor, TenantActor } from '../actor.ts'
import type { Capability } from '../capability.ts'
import { signContext } from '../context.ts'
import { type StaffRole, staffRoles } from '../schema/policy.ts'
import type { Door } from './access.ts'
import type { Side, World } from './factories.ts'

/** Someone who tries: through which door, with which token, and what they ought to be. */
export type Context = {
  name: string
  door: Door
  /** Whose rows are their own. */
  side: Side
  /** False when the token must be refused with SQLSTATE 28000. */
  isGood: boolean
  role?: StaffRole
  /** A guest: which row the capability names, and whether its version is that row's. */
  grant?: { set: string; isLiveVisit: boolean; isLiveHold: boolean }
  /** The token; a guest's names `grantId`. */
  token: (grantId: string) => string
}

const nobody = '00000000-0000-7000-8000-000000000000'
const requestId = 'proof'

const staff = (tenantId: string, role: StaffRole): StaffActor => ({
  kind: 'staff',
  tenantId,
  personId: nobody,
  role,
  sessionId: nobody,
  requestId,
})

const system = (tenantId: string): SystemActor => ({ kind: 'system', tenantId, purpose: 'proof', requestId })

const guest = (tenantId: string, id: string, kind: Capability['kind'], version: number): GuestActor => ({
  kind: 'guest',
  tenantId,
  requestId,
  capability: { kind, tenantId, id, version, expiresAt: new Date(0) },
})

/** The token of a workflow, under which rows are planted. */
export const plantingToken = (tenantId: string, expiry: number): string => signContext(system(tenantId), expiry)

/** The token with another signature: under the same kid, or under one that nobody knows. */
function resigned(token: string, kid?: string): string {
  const [given = '', body = ''] = token.split('.')
  const text = `${kid ?? given}.${body}`
  return `${text}.${createHmac('sha256', 'another secret').update(text).digest('hex')}`
}

/**
 * Everyone who tries, with tokens good until `expiry` (epoch seconds by the database's clock). The versions are those
 * of the planted rows: 3 for the row, 5 for its mailed link.
 */
export function contextsOf(world: World, expiry: number): Context[] {
  const { a, b } = world.tenants
  const mint = (actor: TenantActor) => () => signContext(actor, expiry)
  const asStaff = (side: Side, role: StaffRole): Context => ({
    name: `${side === 'a' ? 'own' : 'other tenant’s'} staff, ${role}`,
    door: 'staff',
    side,
    isGood: true,
    role,
    token: mint(staff(world.tenants[side], role)),
  })
  const asGuest = (name: string, side: Side, set: string, kind: Capability['kind'], version: number): Context => {
    const isLiveVisit = version === (kind === 'link' ? 5 : 3)
    const grant = { set, isLiveVisit, isLiveHold: version === 3 }
    const token = (id: string) => signContext(guest(world.tenants[side], id, kind, version), expiry)
    return { name: `guest ${name}`, door: 'guest', side, isGood: true, grant, token }
  }
  const plain = (door: Door): Context => ({ name: door, door, side: 'a', isGood: true, token: () => '' })
  return [
    ...staffRoles.map((role) => asStaff('a', role)),
    asStaff('b', 'owner'),
    asGuest('of the row', 'a', 'twin', 'appointment', 3),
    asGuest('of the row’s hold', 'a', 'twin', 'hold', 3),
    asGuest('of the row’s link', 'a', 'twin', 'link', 5),
    asGuest('of another row', 'a', 'lone', 'appointment', 3),
    asGuest('of the other tenant’s twin', 'b', 'twin', 'appointment', 3),
    asGuest('with a stale version', 'a', 'twin', 'appointment', 2),
    asGuest('with the link’s version', 'a', 'twin', 'appointment', 5),
    asGuest('with a stale link', 'a', 'twin', 'link', 3),
    { name: 'system', door: 'worker', side: 'a', isGood: true, token: mint(system(a)) },
    { name: 'other tenant’s system', door: 'worker', side: 'b', isGood: true, token: mint(system(b)) },
    ...(['public', 'auth', 'relay', 'patient', 'kernel', 'identity', 'owner', 'superuser'] as const).map(plain),
    ...badContexts(world, expiry),
  ]
}

/** Each way of having no right, at each door that needs a context. */
function badContexts(world: World, expiry: number): Context[] {
  const { a } = world.tenants
  const of = {
    staff: (_id: string, until: number) => signContext(staff(a, 'owner'), until),
    guest: (id: string, until: number) => signContext(guest(a, id, 'appointment', 3), until),
    worker: (_id: string, until: number) => signContext(system(a), until),
  }
  const otherDoor = { staff: of.guest, guest: of.worker, worker: of.staff }
  return (['staff', 'guest', 'worker'] as const).flatMap((door) => {
    const bad = (name: string, token: (id: string) => string): Context => ({
      name: `${name} at ${door}`,
      door,
      side: 'a',
      isGood: false,
      token,
    })
    return [
      bad('no context', () => ''),
      bad('expired context', (id) => of[door](id, expiry - 3_600)),
      bad('forged context', (id) => resigned(of[door](id, expiry))),
      bad('unknown kid', (id) => resigned(of[door](id, expiry), 'unknown')),
      bad('another door’s context', (id) => otherDoor[door](id, expiry)),
    ]
  })
}
