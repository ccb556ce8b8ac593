import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BlockList } from 'node:net'
import { log } from '#lib/log.ts'
import { isOwnOrigin } from '#lib/origin.ts'
import { refusesBody } from './body-limit.ts'
import { tooLong } from './breadth.ts'
import { cleanHeaders, isIgnoredProxy, isOperator, ourHosts } from './forwarded.ts'
import { takeMark } from './inner.ts'
import { Limit } from './limit.ts'
import { readsAsBrowser } from './next-headers.ts'
import { isApi, isHealth, isPlain, isReadable, pathOf } from './path.ts'
import { refuse } from './refusal.ts'

export type GateOptions = {
  proxies: BlockList
  /** Where people reach us. Under any other name but this machine's own everything is refused with 421. */
  publicUrl: string
  isDevelopment: boolean
}

const warnEveryMs = 60_000

/** What a page answers to, and what the API's routes answer to. Next would fail on TRACE, and show a page to PUT. */
const pageMethods = ['GET', 'HEAD', 'POST']
const apiMethods = [...pageMethods, 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** What a health check needs of its headers; the gate wrote all of these but the host and the length. */
const healthHeaders = new Set([
  ...['host', 'x-forwarded-for', 'x-request-id', 'x-medley-operator', 'content-length', 'transfer-encoding'],
])

/** Nobody counts health checks, so none may cost more than another: query, cookies and all else stay here. */
function simplifyHealthCheck(req: IncomingMessage): void {
  req.url = pathOf(req.url)
  for (const name of Object.keys(req.headers)) if (!healthHeaders.has(name)) delete req.headers[name]
}

/** What stands before Next: says who really calls, and answers what Next is not to see. */
export class Gate {
  readonly #options: GateOptions
  readonly #isOurHost: (host: string) => boolean
  readonly #limit = new Limit()
  #warnedAt = Number.NEGATIVE_INFINITY

  constructor(options: GateOptions) {
    this.#options = options
    this.#isOurHost = ourHosts(options.publicUrl)
  }

  /**
   * Leaves in the headers what is true: one address, one request id, who may see how our parts are. False when the call
   * is Next's own, which asks for the next page in the name of a form's sender and was let in with the form.
   */
  receives(req: IncomingMessage): boolean {
    if (takeMark(req.headers)) return false
    const address = req.socket.remoteAddress ?? ''
    const { proxies } = this.#options
    if (isIgnoredProxy(req.headers, address, proxies)) this.#warnOfProxy()
    const maySeeParts = this.#isOurHost(req.headers.host ?? '') && isOperator(req.headers, address, proxies)
    cleanHeaders(req.headers, address, proxies)
    if (maySeeParts) req.headers['x-medley-operator'] = '1'
    return true
  }

  /**
   * Refuses one call too many, another's host or form, a path that leads elsewhere than it says, a method that nothing
   * takes, more parameters, cookies or headers than anyone needs, a header that no browser sends, too large a body; says
   * whether it did. What is no address is made one of nothing, for the page or the API to say so.
   */
  refuses(req: IncomingMessage, res: ServerResponse, requestId: string): boolean {
    // Before anything decides by the path: what is counted is what Next gets.
    if (isPlain(req.url) && !isReadable(req.url)) req.url = isApi(req.url) ? '/api/no-address' : '/no-address'
    const isCheck = isHealth(req.url) && (req.method === 'GET' || req.method === 'HEAD')
    if (isCheck) simplifyHealthCheck(req)
    const long = isCheck ? undefined : tooLong(req)
    const [host = '', ...others] = [req.headers['x-forwarded-host'] ?? req.headersDistinct.host ?? ''].flat()
    const isOurs = this.#isOurHost(host) && others.length === 0 && (req.url ?? '').startsWith('/')
    const methods = isApi(req.url) ? apiMethods : pageMethods
    const wait = this.#limit.refuses(req, res)
    if (wait !== undefined) refuse(req, res, { why: 'limit', requestId, headers: { 'retry-after': String(wait) } })
    else if (long) refuse(req, res, { why: long, requestId })
    else if (!isHealth(req.url) && !isOurs) refuse(req, res, { why: 'host', requestId })
    else if (!isPlain(req.url)) refuse(req, res, { why: 'shape', requestId })
    else if (!methods.includes(req.method ?? ''))
      refuse(req, res, { why: 'method', requestId, headers: { allow: methods.join(', ') } })
    else if (this.#isForeign(req, host)) refuse(req, res, { why: 'origin', requestId })
    else if (!readsAsBrowser(req.headers, this.#options.isDevelopment)) refuse(req, res, { why: 'shape', requestId })
    else return refusesBody(req, res, requestId)
    return true
  }

  /** Without the peer's address: it may be a visitor's. */
  #warnOfProxy(): void {
    const now = performance.now()
    if (now - this.#warnedAt < warnEveryMs) return
    this.#warnedAt = now
    log.warn(
      { part: 'web' },
      'X-Forwarded-For came from a peer that is not in TRUSTED_PROXIES and is ignored; behind a proxy all callers then share one address and one limit',
    )
  }

  /** A form that is not sent from a page of ours. The API reads no cookie and does not ask. */
  #isForeign({ method, url, headers }: IncomingMessage, host: string): boolean {
    return method === 'POST' && !isApi(url) && !isOwnOrigin(headers.origin, host, this.#options.publicUrl)
  }
}
