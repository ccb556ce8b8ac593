// Not a verb: what one visitor may hold is read from the settings, nothing is written.
import { createHmac } from 'node:crypto'
import { subscriberOf } from '#lib/address.ts'
import { env } from '#lib/env.ts'
import type { HoldLimits } from './hold.ts'

/** The limits of whoever calls from `address`, which is kept as a keyed hash, good for counting and nothing else. */
export const holdLimits = (address: string): HoldLimits => ({
  addressHash: createHmac('sha256', Buffer.from(env().CAPABILITY_KEY, 'hex'))
    .update(`address:${subscriberOf(address)}`)
    .digest('base64url'),
  perAddress: env().RATE_LIMIT_HOLDS_PER_ADDRESS,
  perListingDay: env().RATE_LIMIT_HOLDS_PER_LISTING_DAY,
})
