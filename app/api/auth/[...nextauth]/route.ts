import type { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import { authOptions, sessionCookie } from '#app/_server/auth.ts'
import { currentPerson } from '#app/_server/session.ts'
import { AppError, errorStatus } from '#lib/errors.ts'

type Context = { params: Promise<{ nextauth: string[] }> }

const getOnly = ['providers', 'csrf', 'error']
const both = ['session', 'signin', 'signout']

/** What there is here. next-auth fails with 500 on some of the rest, and `_log` would write what anyone sends into our log. */
function isServed(method: string, [action = '', provider, ...more]: string[]): boolean {
  if (more.length > 0) return false
  if (method === 'POST' && action === 'callback') return provider !== undefined
  return both.includes(action) || (method !== 'POST' && getOnly.includes(action))
}

/** Whether every address to return to is one; next-auth takes another for a fault in its settings. */
function isReadable(request: NextRequest): boolean {
  const cookies = request.cookies.getAll().filter(({ name }) => name.endsWith('next-auth.callback-url'))
  const returns = [...request.nextUrl.searchParams.getAll('callbackUrl'), ...cookies.map(({ value }) => value)]
  const isText = !/[^\x20-\x7e]/.test([...request.nextUrl.searchParams].flat().join(''))
  const isAddress = (url: string) => url.startsWith('/') || /^https?:/.test(URL.parse(url)?.protocol ?? '')
  return isText && returns.every(isAddress)
}

/** Nobody is signed in, whatever the cookie says: its session was revoked or is over. */
function nobody(): Response {
  const { name, options } = sessionCookie()
  const attributes = `Path=${options.path}; HttpOnly; SameSite=Lax; Max-Age=0${options.secure ? '; Secure' : ''}`
  return Response.json(
    {},
    { headers: { 'cache-control': 'private, no-store', 'set-cookie': `${name}=; ${attributes}` } },
  )
}

/**
 * next-auth's own endpoints. The options are read per request: a build has no secrets. What cannot be read is 400. Who is
 * signed in is decided by the session's row, not by the cookie.
 */
async function handler(request: NextRequest, context: Context): Promise<Response> {
  const path = (await context.params).nextauth
  if (!isServed(request.method, path)) return new Response(null, { status: 404 })
  if (!isReadable(request)) return new Response(null, { status: 400 })
  try {
    if (path[0] === 'session' && !(await currentPerson())) return nobody()
    return (await NextAuth(authOptions())(request, context)) as Response
  } catch (error) {
    if (error instanceof SyntaxError) return new Response(null, { status: 400 })
    if (error instanceof AppError) return new Response(null, { status: errorStatus[error.code] })
    throw error
  }
}

export { handler as GET, handler as POST }
