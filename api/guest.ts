import type { Context } from 'hono'
import { type GuestActor, guestActor } from '#db/actor.ts'
import { type Capability, readCapability } from '#db/capability.ts'
import { type GuestTx, now, readAsGuest, withGuest } from '#db/doors.ts'
import { AppError } from '#lib/errors.ts'
import { requestIdOf } from './problem.ts'

/** Who carries this token for the row `id`. Throws `not_found` for any other token or row: nothing is learned by trying. */
async function guestFor(c: Context, token: string, kind: Capability['kind'], id: string): Promise<GuestActor> {
  const capability = readCapability(token, [kind], await now())
  if (capability.id !== id) throw new AppError('not_found', 'link_unknown')
  return guestActor(capability, requestIdOf(c))
}

/** Works as whoever carries `token` for the row `id`. Throws `not_found` as `guestFor`. */
export const asCarrier = async <T>(
  c: Context,
  { token, kind, id }: { token: string; kind: Capability['kind']; id: string },
  work: (tx: GuestTx) => Promise<T>,
): Promise<T> => withGuest(await guestFor(c, token, kind, id), work)

/** Reads as whoever carries `token` for the row `id`. Throws `not_found` as `guestFor`. */
export const asReader = async <T>(
  c: Context,
  { token, kind, id }: { token: string; kind: Capability['kind']; id: string },
  work: (tx: GuestTx) => Promise<T>,
): Promise<T> => readAsGuest(await guestFor(c, token, kind, id), work)

/** The token of `Authorization: Bearer …`; empty when there is none. */
export const bearerOf = (c: Context): string => /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? ''
