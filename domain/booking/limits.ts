// Not a verb: what one caller may do is read from the settings and counted; the verbs say no.
import { createHmac } from 'node:crypto'
import type { GuestTx, SystemTx } from '#db/doors.ts'
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
 * The hash under which uses of a contact are counted. An e-mail address counts whatever its case, its tag after `+` and, at
 * Gmail, its dots, as they all reach one mailbox; a phone number by its digits.
 */
export function emailHash(email: string): string {
  const [name = '', domain = ''] = email.toLowerCase().split('@')
  const untagged = name.replace(/\+.*$/, '')
  const isGmail = domain === 'gmail.com' || domain === 'googlemail.com'
  return keyed('email', isGmail ? `${untagged.replaceAll('.', '')}@gmail.com` : `${untagged}@${domain}`)
}
const phoneHash = (phone: string): string => keyed('phone', phone.replace(/\D/g, ''))

const daySeconds = 86_400

type Contact = { email?: string | undefined; phone?: string | undefined }

/** A message to the address with this hash, for whichever visit. Counted as it is written (composeMessage). */
const messageTo = (hash: string): Use => ({
  ...{ key: `message to ${hash}`, allowed: contactAllowance().messages },
  ...{ seconds: daySeconds, refusal: 'too_many_messages' },
})

/** Counts a message to an address that has proven nothing; true when it has had too many within a day. */
export async function isTooManyTo(tx: SystemTx, hash: string): Promise<boolean> {
  return (await exceeded(tx, [messageTo(hash)])) !== undefined
}

/** A message about a visit. kernel.move counts under the same key. */
export const messageAbout = (visitId: string): Use => ({
  ...{ key: `message about ${visitId}`, allowed: contactAllowance().messagesPerVisit },
  ...{ seconds: daySeconds, refusal: 'too_many_messages' },
})

/**
 * A booking by `caller` for these contacts. A contact is counted for each address that calls: what strangers did with it
 * elsewhere refuses nothing and can be learned by nobody.
 */
export function usesOfBooking(caller: Caller, contacts: readonly Contact[]): Use[] {
  const given = contacts.flatMap(({ email, phone }) => [email && emailHash(email), phone && phoneHash(phone)])
  const each = { allowed: contactAllowance().bookings, seconds: daySeconds, refusal: 'too_many_bookings_for_contact' }
  const byCaller = { allowed: caller.allowed.bookings, seconds: daySeconds, refusal: 'too_many_bookings' }
  return [
    ...usesBy(caller, 'booking', byCaller),
    ...[...new Set(given)]
      .filter((hash) => hash !== undefined && hash !== '')
      .map((hash) => ({ ...each, key: `booking for ${hash} by ${caller.hashes[0]}` })),
  ]
}

/**
 * Counts the uses in the database, before the act and under a lock that lasts as long as the transaction. Throws `limit`
 * with the seconds to wait when one is used up; then nothing is counted, as the transaction rolls back.
 */
export async function count(tx: GuestTx, uses: readonly Use[]): Promise<void> {
  const over = await exceeded(tx, uses)
  if (over) throw tooMany(uses, over)
}

/** Counts the uses; gives the one that was used up, which is counted too unless the transaction rolls back. */
async function exceeded(tx: GuestTx | SystemTx, uses: readonly Use[]): Promise<Over | undefined> {
  const [over] = await tx.sql<Over[]>`
    select exceeded, wait_seconds as "waitSeconds" from kernel.count_use(${uses.map(({ key }) => key)}::text[],
      ${uses.map(({ allowed }) => allowed)}::bigint[], ${uses.map(({ seconds }) => seconds)}::integer[])`
  return over
}

type Over = { exceeded: string; waitSeconds: number }

/** The refusal for what kernel.count_use said of these uses; `phone` is the clinic's, where a call helps. */
export const tooMany = (uses: readonly Use[], over: Over, phone?: string): AppError =>
  new AppError('limit', uses.find(({ key }) => key === over.exceeded)?.refusal ?? 'too_many_bookings_that_day', {
    retryAfterSeconds: over.waitSeconds,
    ...(phone && { phone }),
  })
