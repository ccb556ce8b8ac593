import { isIPv4, isIPv6 } from 'node:net'

/** The caller's address from `x-forwarded-for`: its last hop, the one that the server itself wrote. */
export const lastHop = (forwardedFor: string | null | undefined): string =>
  forwardedFor?.split(',').at(-1)?.trim() || 'unknown'

/**
 * Whom an address counts for: itself, but of IPv6 only the first 64 bits, since a household or a server gets all the
 * others to choose from.
 */
export function subscriberOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const [first, last] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')))
  const zeros = tail === undefined ? 0 : 8 - (first?.length ?? 0) - (last?.length ?? 0)
  const groups = [...(first ?? []), ...Array(zeros).fill('0'), ...(last ?? [])]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

/** Whether an address is this machine's own. */
export const isLoopback = (address: string): boolean =>
  isIPv4(address) ? address.startsWith('127.') : /^(::1|::ffff:127\.\d+\.\d+\.\d+)$/i.test(address)
