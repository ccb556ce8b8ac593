import { createHmac } from 'node:crypto'
import { cookies } from 'next/headers'
import { type GuestActor, guestActor } from '#db/actor.ts'
import { type Capability, mintCapability, readCapability } from '#db/capability.ts'
import { now } from '#db/doors.ts'
import type { HoldLimits } from '#domain/booking/hold.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { requestMeta } from './request.ts'

const nameOf = (kind: Capability['kind'], id: string) => `medley.${kind}.${id}`

/** Keeps a capability on this browser, out of reach of scripts, so that no address carries it. */
export async function keepCapability(capability: Capability): Promise<void> {
  const jar = await cookies()
  jar.set(nameOf(capability.kind, capability.id), mintCapability(capability), {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: env().PUBLIC_URL.startsWith('https:'),
    maxAge: capability.kind === 'hold' ? 86_400 : 86_400 * 30,
  })
}

/** Takes a capability off this browser. */
export async function dropCapability(kind: Capability['kind'], id: string): Promise<void> {
  ;(await cookies()).delete(nameOf(kind, id))
}

/** Who this browser is for the row: from its cookie. Throws `not_found` when it holds none that is good. */
export async function keptGuest(kind: 'hold' | 'appointment', id: string): Promise<GuestActor> {
  const token = (await cookies()).get(nameOf(kind, id))?.value
  if (!token) throw new AppError('not_found', kind === 'hold' ? 'hold_expired' : 'visit_unknown')
  return guestOf(token, [kind])
}

/** Who carries this token. Throws `not_found` when it is not good or not of an allowed kind. */
export async function guestOf(token: string, kinds: readonly Capability['kind'][]): Promise<GuestActor> {
  const { requestId } = await requestMeta()
  return guestActor(readCapability(token, kinds, await now()), requestId)
}

/** The limits of one visitor: the address is kept as a keyed hash, good for counting and nothing else. */
export const holdLimits = (address: string): HoldLimits => ({
  addressHash: createHmac('sha256', Buffer.from(env().CAPABILITY_KEY, 'hex'))
    .update(`address:${address}`)
    .digest('base64url'),
  perAddress: env().RATE_LIMIT_HOLDS_PER_ADDRESS,
  perListingDay: env().RATE_LIMIT_HOLDS_PER_LISTING_DAY,
})
