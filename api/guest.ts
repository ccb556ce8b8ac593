import { createHmac } from 'node:crypto'
import type { Context } from 'hono'
import { type GuestActor, guestActor } from '#db/actor.ts'
import { type Capability, readCapability } from '#db/capability.ts'
import { now } from '#db/doors.ts'
import type { HoldLimits } from '#domain/booking/hold.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { requestIdOf } from './problem.ts'
import { addressOf } from './rate-limit.ts'

/** Who carries this token for the row `id`. Throws `not_found` for any other token or row: nothing is learned by trying. */
export async function guestFor(c: Context, token: string, kind: Capability['kind'], id: string): Promise<GuestActor> {
  const capability = readCapability(token, [kind], await now())
  if (capability.id !== id) throw new AppError('not_found', 'link_unknown')
  return guestActor(capability, requestIdOf(c))
}

/** The same from `Authorization: Bearer …`. */
export const bearerFor = (c: Context, kind: Capability['kind'], id: string): Promise<GuestActor> =>
  guestFor(c, /^Bearer (\S+)$/.exec(c.req.header('authorization') ?? '')?.[1] ?? '', kind, id)

/** The Idempotency-Key of a call. Throws `bad_request` when it is missing or not 16–255 characters. */
export function keyOf(c: Context): string {
  const key = c.req.header('idempotency-key') ?? ''
  if (key.length < 16 || key.length > 255) throw new AppError('bad_request', 'idempotency_key_header')
  return key
}

/** The limits of one address, which is kept as a keyed hash, good for counting and nothing else. */
export const holdLimits = (c: Context): HoldLimits => ({
  addressHash: createHmac('sha256', Buffer.from(env().CAPABILITY_KEY, 'hex'))
    .update(`address:${addressOf(c.req.header('x-forwarded-for'))}`)
    .digest('base64url'),
  perAddress: env().RATE_LIMIT_HOLDS_PER_ADDRESS,
  perListingDay: env().RATE_LIMIT_HOLDS_PER_LISTING_DAY,
})
