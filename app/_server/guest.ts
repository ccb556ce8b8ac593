import { cookies } from 'next/headers'
import { type GuestActor, guestActor } from '#db/actor.ts'
import { type Capability, mintCapability, readCapability } from '#db/capability.ts'
import { now } from '#db/doors.ts'
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
