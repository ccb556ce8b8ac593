import { cookies } from 'next/headers'
import { type GuestActor, guestActor } from '#db/actor.ts'
import { type Capability, mintCapability, readCapability } from '#db/capability.ts'
import { now } from '#db/doors.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { cookieOf, type Kept, keptOf, type Named, tokenFor, without, withToken } from './kept-tokens.ts'
import { requestMeta } from './request.ts'

/** One cookie for all tokens: with one each, the header of a busy browser grew until the server refused it. */
const name = 'medley.visits'

const kept = async (): Promise<Kept> => keptOf((await cookies()).get(name)?.value ?? '')

async function keep(tokens: Kept): Promise<void> {
  ;(await cookies()).set(name, cookieOf(tokens), {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: env().PUBLIC_URL.startsWith('https:'),
    maxAge: 86_400 * 30,
  })
}

/** Keeps a capability on this browser, out of reach of scripts, so that no address carries it. The oldest drop out. */
export const keepCapability = async (capability: Capability): Promise<void> =>
  keep(withToken(await kept(), mintCapability(capability), capability))

/** Takes a capability off this browser. */
export const dropCapability = async (kind: Named['kind'], id: string): Promise<void> =>
  keep(without(await kept(), { kind, id }))

/** Who this browser is for the row: from its cookie. Throws `not_found` when it holds none that is good. */
export async function keptGuest(kind: Named['kind'], id: string): Promise<GuestActor> {
  const token = tokenFor(await kept(), { kind, id })
  if (!token) throw new AppError('not_found', kind === 'hold' ? 'hold_expired' : 'visit_unknown')
  return guestOf(token, [kind])
}

/** Who carries this token. Throws `not_found` when it is not good or not of an allowed kind. */
export async function guestOf(token: string, kinds: readonly Capability['kind'][]): Promise<GuestActor> {
  const { requestId } = await requestMeta()
  return guestActor(readCapability(token, kinds, await now()), requestId)
}
