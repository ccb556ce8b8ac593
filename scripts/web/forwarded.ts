import type { IncomingHttpHeaders } from 'node:http'
import { BlockList, isIP, isIPv4 } from 'node:net'
import { isLoopback } from '#lib/address.ts'
import { nameOfHost } from '#lib/origin.ts'

/** Reads TRUSTED_PROXIES: addresses and CIDR ranges, separated by commas or spaces. Throws naming the one it cannot read. */
export function readProxies(text: string): BlockList {
  const list = new BlockList()
  for (const entry of text.split(/[\s,]+/).filter(Boolean)) {
    const [address = '', bits, ...rest] = entry.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    const widest = family === 'ipv4' ? 32 : 128
    const isRange = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= widest)
    if (!isIP(address) || rest.length > 0 || !isRange)
      throw new Error(`TRUSTED_PROXIES: "${entry}" is no address or range`)
    list.addSubnet(address, bits === undefined ? widest : Number(bits), family)
  }
  return list
}

/** An IPv4 address that arrived on an IPv6 socket, in its own form. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

const isTrusted = (proxies: BlockList, address: string): boolean =>
  isIP(address) !== 0 && proxies.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')

/**
 * The address a call counts for: the socket's own, unless that is a trusted proxy. Then the last address in
 * `forwardedFor` that is not a trusted proxy; the socket's again when what stands there is no address.
 */
export function clientAddress(socketAddress: string, forwardedFor: string | undefined, proxies: BlockList): string {
  const peer = plain(socketAddress)
  if (!isTrusted(proxies, peer)) return peer
  const hops = (forwardedFor ?? '').split(',').map((hop) => plain(hop.trim()))
  for (const hop of hops.reverse()) {
    if (isIP(hop) === 0) return peer
    if (!isTrusted(proxies, hop)) return hop
  }
  return peer
}

/** Headers that only our own process or a trusted proxy may set. */
const ours = /^(x-forwarded-|forwarded$|x-real-ip$|x-nonce$|x-medley-|x-request-id$)/
const requestIdShape = /^[\da-zA-Z-]{16,64}$/

/**
 * Leaves one true `x-forwarded-for` and one `x-request-id`, which is a new one unless a trusted proxy gave one of
 * `requestIdShape`, and takes out every other header by which a caller could pose as a proxy. A trusted proxy may say the
 * host that was called, not the protocol: PUBLIC_URL says that, and Next would call itself by it.
 */
export function cleanHeaders(headers: IncomingHttpHeaders, socketAddress: string, proxies: BlockList): void {
  const isBehindProxy = isTrusted(proxies, plain(socketAddress))
  const host = headers['x-forwarded-host']
  const requestId = String(headers['x-request-id'] ?? '')
  const address = clientAddress(socketAddress, [headers['x-forwarded-for'] ?? []].flat().join(','), proxies)
  for (const name of Object.keys(headers)) if (ours.test(name)) delete headers[name]
  if (isBehindProxy && host !== undefined) headers['x-forwarded-host'] = host
  headers['x-forwarded-for'] = address
  headers['x-request-id'] = isBehindProxy && requestIdShape.test(requestId) ? requestId : crypto.randomUUID()
}

/**
 * Whether a caller may see how our parts are: this machine itself, or a trusted proxy that asks for its own sake. A call
 * that was forwarded by anybody else is not this machine's.
 */
export function isOperator(headers: IncomingHttpHeaders, socketAddress: string, proxies: BlockList): boolean {
  if (headers.forwarded !== undefined || headers['x-forwarded-for'] !== undefined) return false
  const peer = plain(socketAddress)
  return isLoopback(peer) || isTrusted(proxies, peer)
}

/** Whether a peer speaks as a proxy that TRUSTED_PROXIES does not name: the setting was forgotten, or the header is forged. */
export const isIgnoredProxy = (headers: IncomingHttpHeaders, socketAddress: string, proxies: BlockList): boolean =>
  headers['x-forwarded-for'] !== undefined && !isTrusted(proxies, plain(socketAddress))

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Whether people reach us under a Host header: the public address's name or this machine's own, whatever the port. A
 * name that someone else pointed at us is none, so that their pages cannot read ours (DNS rebinding).
 */
export function ourHosts(publicUrl: string): (host: string) => boolean {
  const own = new URL(publicUrl).hostname
  return (host) => {
    const name = nameOfHost(host)
    return name === own || loopback.has(name)
  }
}
