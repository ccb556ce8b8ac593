// Not a verb: what one caller may do is read from the settings and counted; the verbs say no.
import { createHmac } from 'node:crypto'
import type { GuestTx } from '#db/doors.ts'
import { siteOf, subscriberOf } from '#lib/address.ts'
import { type Allowance, allowanceOf, capabilityKeys, contactAllowance } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'

/**
 * Who calls, as limits see them: keyed hashes of the address (of IPv6 its first 64 bits) and of the IPv6 network around it
 * (48 bits), good for counting and nothing else, and what one address may do.
 */
export type Caller = { hashes: [address: string, ...network: string[]]; allowed: Allowance }

/** How many times as much a network may do as an address in it; kernel.hold has the same number. */
const networkTimes = 4

/** The hash under which something of `sort` is counted: whoever reads the tables learns no address and no contact from it. */
const keyed = (sort: string, text: string): string =>
  createHmac('sha256', capabilityKeys().current).update(`${sort}:${text}`).digest('base64url')

/** Who calls from `address`. */
export function callerFrom(address: string): Caller {
  const network = siteOf(address)
  const own = keyed('address', subscriberOf(address))
  return {
    hashes: network === undefined ? [own] : [own, keyed('network', network)],
    allowed: allowanceOf(address),
  }
}

/** Who asks for a hold, as an idempotency key counts for them: whoever has `secret`, else whoever calls from that address. */
export const askerOf = (caller: Caller, secret?: string): string =>
  secret === undefined ? caller.hashes[0] : keyed('secret', secret)

/** One thing that is counted: `key` may be used `allowed` times in `seconds`; `refusal` is what people are told after that. */
export type Use = { key: string; allowed: number; seconds: number; refusal: string }

/** A use of what `caller` may do `allowed` times: once for the address, once for the network around it. */
export const usesBy = (caller: Caller, what: string, use: Omit<Use, 'key'>): Use[] =>
  caller.hashes.map((hash, wider) => ({
    ...use,
    key: `${what} by ${hash}`,
    allowed: use.allowed * (wider ? networkTimes : 1),
  }))

/**
 * The hash under which uses of a contact are counted. An e-mail address counts whatever its case and its tag after `+`, as
 * they all reach one mailbox; a phone number by its digits.
 */
export const emailHash = (email: string): string =>
  keyed('email', email.toLowerCase().replace(/\+[^@]*(?=@[^@]*$)/, ''))
const phoneHash = (phone: string): string => keyed('phone', phone.replace(/\D/g, ''))

const daySeconds = 86_400

type Contact = { email?: string | undefined; phone?: string | undefined }

/** A message to the address with this hash. kernel.move counts under the same key. */
export const messageTo = (hash: string): Use => ({
  ...{ key: `message to ${hash}`, allowed: contactAllowance().messages },
  ...{ seconds: daySeconds, refusal: 'too_many_messages' },
})

/** A message about a visit. kernel.move counts under the same key. */
export const messageAbout = (visitId: string): Use => ({
  ...{ key: `message about ${visitId}`, allowed: contactAllowance().messagesPerVisit },
  ...{ seconds: daySeconds, refusal: 'too_many_messages' },
})

/** A booking by `caller` for these contacts, whose confirmation goes to `recipient`, a contact's hash. */
export function usesOfBooking(caller: Caller, contacts: readonly Contact[], recipient: string | null): Use[] {
  const given = contacts.flatMap(({ email, phone }) => [email && emailHash(email), phone && phoneHash(phone)])
  const each = { allowed: contactAllowance().bookings, seconds: daySeconds, refusal: 'too_many_bookings_for_contact' }
  const byCaller = { allowed: caller.allowed.bookings, seconds: daySeconds, refusal: 'too_many_bookings' }
  return [
    ...usesBy(caller, 'booking', byCaller),
    ...[...new Set(given)]
      .filter((hash) => hash !== undefined && hash !== '')
      .map((hash) => ({ ...each, key: `booking for ${hash}` })),
    ...(recipient === null ? [] : [messageTo(recipient)]),
  ]
}

/**
 * Counts the uses in the database, before the act and under a lock that lasts as long as the transaction. Throws `limit`
 * with the seconds to wait when one is used up; then nothing is counted, as the transaction rolls back.
 */
export async function count(tx: GuestTx, uses: readonly Use[]): Promise<void> {
  const [over] = await tx.sql<{ exceeded: string; waitSeconds: number }[]>`
    select exceeded, wait_seconds as "waitSeconds" from kernel.count_use(${uses.map(({ key }) => key)}::text[],
      ${uses.map(({ allowed }) => allowed)}::bigint[], ${uses.map(({ seconds }) => seconds)}::integer[])`
  if (!over) return
  throw tooMany(uses, over)
}

/** The refusal for what kernel.count_use said of these uses; `phone` is the clinic's, where a call helps. */
export const tooMany = (
  uses: readonly Use[],
  over: { exceeded: string; waitSeconds: number },
  phone?: string,
): AppError =>
  new AppError('limit', uses.find(({ key }) => key === over.exceeded)?.refusal ?? 'too_many_bookings_that_day', {
    retryAfterSeconds: over.waitSeconds,
    ...(phone && { phone }),
  })
