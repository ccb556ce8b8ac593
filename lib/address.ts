import { isIPv4, isIPv6 } from 'node:net'

/** The caller's address from `x-forwarded-for`: its last hop, the one that the server itself wrote. */
export const lastHop = (forwardedFor: string | null | undefined): string =>
  forwardedFor?.split(',').at(-1)?.trim() || 'unknown'

/** The first `bits` (a multiple of 16) of an IPv6 address, as a CIDR range. */
function networkOf(address: string, bits: number): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const [first, last] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')))
  const zeros = tail === undefined ? 0 : 8 - (first?.length ?? 0) - (last?.length ?? 0)
  const groups = [...(first ?? []), ...Array(zeros).fill('0'), ...(last ?? [])]
  return `${groups
    .slice(0, bits / 16)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/${bits}`
}

const isPlainIPv6 = (address: string): boolean => isIPv6(address) && !address.includes('.')

/**
 * Whom an address counts for: itself, but of IPv6 only the first 64 bits, since a household or a server gets all the
 * others to choose from.
 */
export const subscriberOf = (address: string): string => (isPlainIPv6(address) ? networkOf(address, 64) : address)

/** The IPv6 network of 48 bits that an address is in, which one customer may hold whole; undefined for IPv4. */
export const siteOf = (address: string): string | undefined =>
  isPlainIPv6(address) ? networkOf(address, 48) : undefined

/** Whether an address is this machine's own. */
export const isLoopback = (address: string): boolean =>
  isIPv4(address) ? address.startsWith('127.') : /^(::1|::ffff:127\.\d+\.\d+\.\d+)$/i.test(address)

/** Whether the host of a URL is this machine's own name or address; IPv6 stands in brackets there. */
export const isLoopbackName = (hostname: string): boolean =>
  hostname === 'localhost' || isLoopback(hostname.replace(/^\[|\]$/g, ''))
