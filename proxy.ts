import { type NextRequest, NextResponse } from 'next/server'
import { env } from '#lib/env.ts'

/** Pages only: what is none keeps the policy that scripts/web gives to every answer. */
export const config = { matcher: ['/((?!api$|api/|_next/static/|healthz$|readyz$|icon.svg$|robots.txt$).*)'] }

/**
 * What a page may load: our own origin, and scripts and styles that carry this request's nonce. React Aria sets inline
 * style attributes, hence style-src-attr. The development server evaluates code and talks over a socket.
 */
function contentSecurityPolicy(nonce: string, isDevelopment: boolean): string {
  const directives = {
    'default-src': "'none'",
    'script-src': `'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    'style-src-elem': `'self' 'nonce-${nonce}'`,
    'style-src-attr': "'unsafe-inline'",
    'img-src': "'self' data: blob:",
    'font-src': "'self'",
    'connect-src': `'self'${isDevelopment ? ' ws:' : ''}`,
    'frame-ancestors': "'none'",
    'form-action': "'self'",
    'base-uri': "'none'",
    'object-src': "'none'",
    'manifest-src': "'self'",
  }
  return Object.entries(directives)
    .map((directive) => directive.join(' '))
    .join('; ')
}

const requestIdShape = /^[\w-]{8,64}$/

/** Gives each page its nonce and each request its id. Never decides who may see what: each verb does. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = crypto.randomUUID().replaceAll('-', '')
  const policy = contentSecurityPolicy(nonce, env().NODE_ENV === 'development')
  const given = request.headers.get('x-request-id') ?? ''
  const requestId = requestIdShape.test(given) ? given : crypto.randomUUID()

  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set('x-request-id', requestId)
  headers.set('content-security-policy', policy)

  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  response.headers.set('x-request-id', requestId)
  return response
}
