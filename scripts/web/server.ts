import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { BlockList } from 'node:net'
import { log } from '#lib/log.ts'
import { refusesBody } from './body-limit.ts'
import { cleanHeaders, requestIdOf } from './forwarded.ts'

export type Handle = (req: IncomingMessage, res: ServerResponse) => Promise<void>

const drainLimitMs = 10_000

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

/**
 * The HTTP server in front of Next: one true client address, a request id on each call and answer, bodies over the
 * limit refused early, an access line each. `isDraining` turns /readyz to 503 so that a balancer looks elsewhere.
 */
export function webServer(handle: Handle, proxies: BlockList, isDraining: () => boolean): Server {
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 },
    (req, res) => {
      const requestId = requestIdOf(req.headers['x-request-id'])
      cleanHeaders(req.headers, req.socket.remoteAddress ?? '', proxies)
      req.headers['x-request-id'] = requestId
      res.setHeader('x-request-id', requestId)
      const path = loggedPath(req.url ?? '/')
      logAccess(req, res, requestId, path)
      if (isDraining()) res.setHeader('connection', 'close')
      if (isDraining() && path === '/readyz') return void res.writeHead(503).end('draining\n')
      if (refusesBody(req, res, requestId)) return
      handle(req, res).catch((err: unknown) => {
        log.error({ requestId, method: req.method ?? '', path, err }, 'the handler failed')
        if (!res.headersSent) res.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' })
        res.end(`Something went wrong on our side. Tell us this code and we can find it: ${requestId}\n`)
      })
    },
  )
  return server
}

/** Takes no new connections, lets open calls finish, and cuts what is left after 10 s. */
export async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  const idle = setInterval(() => server.closeIdleConnections(), 100)
  const cut = setTimeout(() => server.closeAllConnections(), drainLimitMs)
  await closed
  clearInterval(idle)
  clearTimeout(cut)
}
