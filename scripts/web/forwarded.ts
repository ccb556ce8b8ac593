import type { IncomingHttpHeaders } from 'node:http'
import { BlockList, isIP, isIPv4 } from 'node:net'

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
const ours = /^(x-forwarded-|forwarded$|x-real-ip$|x-middleware-|x-invoke-|x-nextjs-|x-nonce$)/
const fromProxy = new Set(['x-forwarded-proto', 'x-forwarded-host'])

/** Leaves one true `x-forwarded-for` and takes out every header by which a caller could pose as a proxy or as Next itself. */
export function cleanHeaders(headers: IncomingHttpHeaders, socketAddress: string, proxies: BlockList): void {
  const given = headers['x-forwarded-for']
  const address = clientAddress(socketAddress, Array.isArray(given) ? given.join(',') : given, proxies)
  const behindProxy = isTrusted(proxies, plain(socketAddress))
  for (const name of Object.keys(headers)) {
    if (ours.test(name) && !(behindProxy && fromProxy.has(name))) delete headers[name]
  }
  headers['x-forwarded-for'] = address
}

const requestIdShape = /^[\w-]{8,64}$/

/** The caller's request id when it is well formed, else a new one. */
export const requestIdOf = (given: string | string[] | undefined): string =>
  typeof given === 'string' && requestIdShape.test(given) ? given : crypto.randomUUID()

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Whether people reach us under a Host header: the public address's name or this machine's own, whatever the port. A
 * name that someone else pointed at us is none, so that their pages cannot read ours (DNS rebinding).
 */
export function ourHosts(publicUrl: string): (host: string) => boolean {
  const own = new URL(publicUrl).hostname
  return (host) => {
    const name = host
      .toLowerCase()
      .replace(/:\d{1,5}$/, '')
      .replace(/\.$/, '')
    return name === own || loopback.has(name)
  }
}
