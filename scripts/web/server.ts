import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type BlockList, Server as TcpServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { log } from '#lib/log.ts'
import { refusesBody } from './body-limit.ts'
import { isForm, readForm } from './form.ts'
import { cleanHeaders, requestIdOf } from './forwarded.ts'
import { protect } from './headers.ts'
import { isApi, refuse } from './refusal.ts'

export type Handle = (req: IncomingMessage, res: ServerResponse) => Promise<void>

const drainLimitMs = 10_000
const idleLimitMs = 2_000
const longestSilenceMs = 120_000
const limits = {
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
}

/** A path as the log may show it: no query, and no segment that could be a capability or a token. */
export const loggedPath = (url: string): string =>
  (url.split(/[?#]/, 1)[0] ?? '')
    .split('/')
    .map((segment) => (/^v\d+\./.test(segment) || segment.length > 64 ? '[token]' : segment))
    .join('/')
    .slice(0, 300)

function logAccess(req: IncomingMessage, res: ServerResponse, requestId: string, path: string): void {
  const begun = performance.now()
  res.once('close', () => {
    const durationMs = Math.round((performance.now() - begun) * 10) / 10
    const say = path.startsWith('/_next/') ? log.debug : log.info
    const status = res.writableFinished ? res.statusCode : 499
    say.call(log, { requestId, method: req.method ?? '', path, status, durationMs }, 'request')
  })
}

/** What a page answers to, and what the API's routes answer to. Next would fail on TRACE, and show a page to PUT. */
const pageMethods = ['GET', 'HEAD', 'POST']
const apiMethods = [...pageMethods, 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Balancers and supervisors ask for these by address. */
const isHealth = (path: string): boolean => path === '/healthz' || path === '/readyz'

/** A form that a page of another site sends: Next would answer 500. Without an Origin the action itself decides. */
const isForeign = ({ method, url, headers: { origin } }: IncomingMessage, host: string): boolean =>
  method === 'POST' && !isApi(url) && !!origin && (!URL.canParse(origin) || new URL(origin).host !== host.toLowerCase())

/** Answers what Next is not to see, and says whether it did: another's host or form, a method, too large a body. */
function refuses(
  req: IncomingMessage,
  res: ServerResponse,
  { requestId, path, isOurHost }: { requestId: string; path: string; isOurHost: (host: string) => boolean },
): boolean {
  const [host = '', ...others] = [req.headers['x-forwarded-host'] ?? req.headersDistinct.host ?? ''].flat()
  const isOurs = isOurHost(host) && others.length === 0 && (req.url ?? '').startsWith('/')
  const methods = isApi(req.url) ? apiMethods : pageMethods
  if (!isHealth(path) && !isOurs) refuse(req, res, { why: 'host', requestId })
  else if (!methods.includes(req.method ?? ''))
    refuse(req, res, { why: 'method', requestId, headers: { allow: methods.join(', ') } })
  else if (isForeign(req, host)) refuse(req, res, { why: 'origin', requestId })
  else return refusesBody(req, res, requestId)
  return true
}

/** Whether a path is text once decoded; Next answers 500 where a page's address has a part that is none. */
function isReadable(url: string): boolean {
  try {
    decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '')
    return true
  } catch {
    return false
  }
}

/** Hands the request to Next; a form that cannot be read is refused instead. What is no address is one of nothing. */
async function pass(
  req: IncomingMessage,
  res: ServerResponse,
  { handle, requestId }: { handle: Handle; requestId: string },
): Promise<void> {
  if (!isReadable(req.url ?? '/')) req.url = isApi(req.url) ? '/api/no-address' : '/no-address'
  if (!isForm(req) || isApi(req.url)) return handle(req, res)
  const form = await readForm(req)
  if (form) return handle(form, res)
  if (!res.headersSent) refuse(req, res, { why: 'form', requestId })
}

export type WebServerOptions = {
  proxies: BlockList
  /** Whether people reach us under this Host header; everything else is refused with 421. */
  isOurHost: (host: string) => boolean
  /** Turns /readyz to 503, so that a balancer looks elsewhere. */
  isDraining: () => boolean
  isDevelopment: boolean
}

/**
 * The HTTP server in front of Next: one true client address, a request id and the protecting headers on each answer,
 * what is not for us refused early, an access line each. A caller who is slow to send is cut off after 30 s (headers:
 * 10 s), one who reads nothing after two minutes.
 */
export function webServer(handle: Handle, { proxies, isOurHost, isDraining, isDevelopment }: WebServerOptions): Server {
  return createServer(limits, (req, res) => {
    const requestId = requestIdOf(req.headers['x-request-id'])
    cleanHeaders(req.headers, req.socket.remoteAddress ?? '', proxies)
    req.headers['x-request-id'] = requestId
    protect(res, isDevelopment)
    res.setHeader('x-request-id', requestId)
    res.setTimeout(longestSilenceMs)
    const path = loggedPath(req.url ?? '/')
    logAccess(req, res, requestId, path)
    if (isDraining()) res.setHeader('connection', 'close')
    if (isDraining() && path === '/readyz') return void res.writeHead(503).end('draining\n')
    if (refuses(req, res, { requestId, path, isOurHost })) return
    pass(req, res, { handle, requestId }).catch((err: unknown) => {
      log.error({ requestId, method: req.method ?? '', path, err }, 'the handler failed')
      if (res.headersSent) res.end()
      else refuse(req, res, { why: 'fault', requestId })
    })
  })
}

/**
 * Takes no new connections and lets open calls finish; what is left is cut after 10 s. A caller that keeps its connection
 * hears `connection: close` with its next answer; one that asks nothing for two seconds is disconnected.
 */
export async function drain(server: Server): Promise<void> {
  // http's own close() would first cut every idle connection, and with it the request that is on its way there.
  const closed = new Promise<void>((resolve) => void TcpServer.prototype.close.call(server, () => resolve()))
  const cut = setTimeout(() => server.closeAllConnections(), drainLimitMs)
  await Promise.race([closed, sleep(idleLimitMs)])
  const idle = setInterval(() => server.closeIdleConnections(), 100)
  await closed
  clearInterval(idle)
  clearTimeout(cut)
}
