import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Server as TcpServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { log } from '#lib/log.ts'
import { asked, refuseUndecoded } from './asked.ts'
import { isForm, readForm } from './form.ts'
import { Gate, type GateOptions } from './gate.ts'
import { protect } from './headers.ts'
import { markForm } from './inner.ts'
import { givePolicy } from './page-policy.ts'
import { isApi, isBuilt, pathOf } from './path.ts'
import { refuse } from './refusal.ts'

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
  pathOf(url)
    .split('/')
    .map((segment) => (/^v\d+\./.test(segment) || segment.length > 64 ? '[token]' : segment))
    .join('/')
    .slice(0, 300)

function logAccess(req: IncomingMessage, res: ServerResponse, requestId: string, path: string): void {
  const begun = performance.now()
  const say = isBuilt(req.url) ? log.debug : log.info
  res.once('close', () => {
    const durationMs = Math.round((performance.now() - begun) * 10) / 10
    const status = res.writableFinished ? res.statusCode : 499
    say.call(log, { requestId, method: req.method ?? '', path, status, durationMs }, 'request')
  })
}

/** Hands the request to Next; a form that cannot be read is refused instead. */
async function pass(
  req: IncomingMessage,
  res: ServerResponse,
  { handle, requestId }: { handle: Handle; requestId: string },
): Promise<void> {
  if (!isForm(req) || isApi(req.url)) return handle(req, res)
  const form = await readForm(req)
  if (!form) return void (res.headersSent || refuse(req, res, { why: 'form', requestId }))
  markForm(form.headers)
  refuseUndecoded(form, res, requestId)
  return handle(form, res)
}

export type WebServerOptions = GateOptions & {
  /** Turns /readyz to 503, so that a balancer looks elsewhere. */
  isDraining: () => boolean
}

/**
 * The HTTP server in front of Next: one true client address, a request id and the protecting headers on each answer,
 * what is not for us refused early, an access line each. A caller who is slow to send is cut off after 30 s (headers:
 * 10 s), one who reads nothing after two minutes.
 */
export function webServer(handle: Handle, { isDraining, ...options }: WebServerOptions): Server {
  const gate = new Gate(options)
  return createServer({ ...limits, shouldUpgradeCallback: () => options.isDevelopment }, (req, res) => {
    const isOuter = gate.receives(req)
    const requestId = String(req.headers['x-request-id'])
    protect(res, options.isDevelopment)
    res.setHeader('x-request-id', requestId)
    res.setTimeout(longestSilenceMs)
    const path = loggedPath(req.url ?? '/')
    logAccess(req, res, requestId, path)
    if (isDraining()) res.setHeader('connection', 'close')
    if (isDraining() && path === '/readyz') return void res.writeHead(503).end('draining\n')
    if (isOuter && gate.refuses(req, res, requestId)) return
    givePolicy(req, res, options.isDevelopment)
    asked.run({ requestId, isUnread: false }, () =>
      pass(req, res, { handle, requestId }).catch((err: unknown) => {
        log.error({ requestId, method: req.method ?? '', path, err }, 'the handler failed')
        if (res.headersSent) res.end()
        else refuse(req, res, { why: 'fault', requestId })
      }),
    )
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
