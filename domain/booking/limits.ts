// Not a verb: what one visitor may hold is read from the settings, nothing is written.
import { createHmac } from 'node:crypto'
import { subscriberOf } from '#lib/address.ts'
import { allowanceOf, capabilityKeys } from '#lib/env.ts'
import type { HoldLimits } from './hold.ts'

/** The limits of whoever calls from `address`, which is kept as a keyed hash, good for counting and nothing else. */
export function holdLimits(address: string): HoldLimits {
  const { holds, holdsPerListingDay } = allowanceOf(address)
  const addressHash = createHmac('sha256', capabilityKeys().current)
    .update(`address:${subscriberOf(address)}`)
    .digest('base64url')
  return { addressHash, perAddress: holds, perListingDay: holdsPerListingDay }
}
