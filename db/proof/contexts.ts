import { createHmac } from 'node:crypto'
import type postgres from 'postgres'
import { env } from '#lib/env.ts'
import type { GuestActor, StaffActor, SystemActor, TenantActor } from '../actor.ts'
import type { Capability } from '../capability.ts'
import { claimsOf } from '../context.ts'
import { parseContextKey } from '../context-key.ts'
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
  /** A guest: which row the capability names, of which kind, and whether its version is that row's. */
  grant?: { set: string; kind: string; isLiveVisit: boolean; isLiveHold: boolean }
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

/** A transaction as contexts are bound to it: its backend, and its start as Postgres writes it. `expiry`: epoch seconds. */
export type Place = { pid: number; startedAt: string; expiry: number }

/** The transaction that `tx` is, with a minute for what is signed for it. */
export async function placeOf(tx: postgres.ISql): Promise<Place> {
  const [place] = await tx<Place[]>`
    select pg_backend_pid() as pid, extract(epoch from transaction_timestamp())::text as "startedAt",
      extract(epoch from clock_timestamp())::float8 + 60 as expiry`
  if (!place) throw new Error('The database did not tell its transaction.')
  return place
}

/** The context that `ctx.enter` would write in the transaction at `place`, for the setting `medley.context`. */
export function contextIn({ pid, startedAt, expiry }: Place, actor: TenantActor, key = env().CONTEXT_KEY): string {
  const { kid, secret } = parseContextKey(key)
  const told = [...claimsOf(actor), expiry].join('|')
  const mark = createHmac('sha256', Buffer.from(secret, 'hex')).update(`${pid}.${startedAt}.${told}`)
  return `${kid}.${mark.digest('hex')}.${told}`
}

/** The context of a workflow, under which rows are planted. */
export const plantingContext = (place: Place, tenantId: string): string => contextIn(place, system(tenantId))

/**
 * Everyone who tries in the transaction at `place`. The versions are those of the planted rows: 3 for the row, 5 for its
 * mailed link.
 */
export function contextsOf(world: World, place: Place): Context[] {
  const { a, b } = world.tenants
  const mint = (actor: TenantActor) => () => contextIn(place, actor)
  const asStaff = (side: Side, role: StaffRole): Context => ({
    name: `${side === 'a' ? 'own' : 'other tenant’s'} staff, ${role}`,
    door: 'staff',
    side,
    isGood: true,
    role,
    token: mint(staff(world.tenants[side], role)),
  })
  const asGuest = (name: string, side: Side, set: string, kind: Capability['kind'], version: number): Context => {
    const isLive = (wanted: Capability['kind']) => kind === wanted && version === 3
    const grant = { set, kind, isLiveVisit: isLive('appointment'), isLiveHold: isLive('hold') }
    const token = (id: string) => contextIn(place, guest(world.tenants[side], id, kind, version))
    return { name: `guest ${name}`, door: 'guest', side, isGood: true, grant, token }
  }
  const plain = (door: Door): Context => ({ name: door, door, side: 'a', isGood: true, token: () => '' })
  return [
    ...staffRoles.map((role) => asStaff('a', role)),
    asStaff('b', 'owner'),
    asGuest('of the row', 'a', 'twin', 'appointment', 3),
    asGuest('of the row’s hold', 'a', 'twin', 'hold', 3),
    asGuest('of the row’s link', 'a', 'twin', 'link', 5),
    asGuest('of the row’s mailed link', 'a', 'twin', 'mailed', 5),
    asGuest('of another row', 'a', 'lone', 'appointment', 3),
    asGuest('of the other tenant’s twin', 'b', 'twin', 'appointment', 3),
    asGuest('with a stale version', 'a', 'twin', 'appointment', 2),
    asGuest('with the link’s version', 'a', 'twin', 'appointment', 5),
    asGuest('with a stale link', 'a', 'twin', 'link', 3),
    asGuest('of the row’s hold at another version', 'a', 'twin', 'hold', 2),
    asGuest('of another row’s hold', 'a', 'lone', 'hold', 3),
    { ...asGuest('of an invented kind', 'a', 'twin', 'admin' as Capability['kind'], 3), isGood: false },
    { name: 'system', door: 'worker', side: 'a', isGood: true, token: mint(system(a)) },
    { name: 'other tenant’s system', door: 'worker', side: 'b', isGood: true, token: mint(system(b)) },
    ...(['public', 'auth', 'relay', 'patient', 'kernel', 'identity', 'owner', 'superuser'] as const).map(plain),
    ...badContexts(world, place),
  ]
}

/** Each way of having no right, at each door that needs a context. */
function badContexts(world: World, here: Place): Context[] {
  const { a } = world.tenants
  const of = {
    staff: (_id: string, place: Place, key?: string) => contextIn(place, staff(a, 'owner'), key),
    guest: (id: string, place: Place, key?: string) => contextIn(place, guest(a, id, 'appointment', 3), key),
    worker: (_id: string, place: Place, key?: string) => contextIn(place, system(a), key),
  }
  const { kid } = parseContextKey(env().CONTEXT_KEY)
  const earlier = (Number(here.startedAt) - 1).toFixed(6)
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
      bad('expired context', (id) => of[door](id, { ...here, expiry: here.expiry - 3_600 })),
      bad('forged context', (id) => of[door](id, here, `${kid}:${'5a'.repeat(32)}`)),
      bad('unknown kid', (id) => of[door](id, here, `unknown:${'5a'.repeat(32)}`)),
      bad('another connection’s context', (id) => of[door](id, { ...here, pid: here.pid + 1 })),
      bad('an earlier transaction’s context', (id) => of[door](id, { ...here, startedAt: earlier })),
      bad('another door’s context', (id) => otherDoor[door](id, here)),
    ]
  })
}
