import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isApi, isBuilt, isHealth, pathOf } from './path.ts'

/** What is no page keeps the policy that every answer has: the API, files of the build, health, the icon. */
const isPage = (url: string | undefined): boolean =>
  !(isApi(url) || isBuilt(url) || isHealth(url) || ['/icon.svg', '/robots.txt'].includes(pathOf(url)))

/**
 * What a page may load: our own origin, and scripts and styles that carry this request's nonce. React Aria sets inline
 * style attributes, hence style-src-attr. The development server evaluates code and talks over a socket.
 */
const policyOf = (nonce: string, isDevelopment: boolean): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    `style-src-elem 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${isDevelopment ? ' ws:' : ''}`,
    "frame-ancestors 'none'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "manifest-src 'self'",
  ].join('; ')

/**
 * Gives a page a nonce and a policy of its own: in the request for Next, which puts the nonce on its scripts, whatever a
 * caller sent under these names; and on the answer for the browser.
 */
export function givePolicy(req: IncomingMessage, res: ServerResponse, isDevelopment: boolean): void {
  if (!isPage(req.url)) return
  const nonce = randomBytes(16).toString('hex')
  const policy = policyOf(nonce, isDevelopment)
  req.headers['x-nonce'] = nonce
  req.headers['content-security-policy'] = policy
  res.setHeader('content-security-policy', policy)
}
