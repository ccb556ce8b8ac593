import type { AuthOptions } from 'next-auth'
import CredentialsProvider from 'next-auth/providers/credentials'
import { withAuth } from '#db/doors.ts'
import { closeSession } from '#domain/identity/closeSession.ts'
import { openSession } from '#domain/identity/openSession.ts'
import { sessionHours } from '#domain/identity/rules.ts'
import { env, isDemo } from '#lib/env.ts'
import { isId } from '#lib/ids.ts'
import { log } from '#lib/log.ts'

declare module 'next-auth' {
  interface User {
    sessionSecret?: string
  }
}
declare module 'next-auth/jwt' {
  interface JWT {
    sessionSecret?: string
  }
}

export const sessionSeconds = sessionHours * 3600

const isHttps = (): boolean => env().PUBLIC_URL.startsWith('https:')

/** The session cookie: the browser keeps it to this host and path when the site has TLS. */
export const sessionCookie = () => ({
  name: isHttps() ? '__Host-medley.session' : 'medley.session',
  options: { httpOnly: true, sameSite: 'lax' as const, path: '/', secure: isHttps() },
})

/** One-click sign-in for the demo's people. Outside the demo it does not exist. */
const demoProvider = () =>
  CredentialsProvider({
    id: 'demo',
    credentials: { personId: {} },
    authorize: async (given) => {
      const personId = given?.personId ?? ''
      if (!isDemo() || !isId(personId)) return null
      const { secret, name } = await withAuth((tx) => openSession(tx, personId))
      return { id: personId, name, sessionSecret: secret }
    },
  })

/** What a caller's cookie or address brings about: no fault of ours. */
const causedByCaller: ReadonlySet<string> = new Set(['JWT_SESSION_ERROR', 'INVALID_CALLBACK_URL_ERROR'])

/**
 * next-auth as the keeper of the cookie: it carries the secret of a `session` row, sealed, and no script ever sees it. What
 * a client sends to update its session is not read.
 */
export const authOptions = (): AuthOptions => ({
  secret: env().NEXTAUTH_SECRET,
  session: { strategy: 'jwt', maxAge: sessionSeconds, updateAge: sessionSeconds },
  cookies: { sessionToken: sessionCookie() },
  pages: { signIn: '/login', signOut: '/login', error: '/login' },
  logger: {
    error: (code) =>
      log[causedByCaller.has(code) ? 'info' : 'error']({ part: 'auth', code: code.slice(0, 60) }, 'next-auth'),
    warn: (code) => log.warn({ part: 'auth', code: code.slice(0, 60) }, 'next-auth'),
    debug: () => {},
  },
  providers: isDemo() ? [demoProvider()] : [],
  callbacks: {
    jwt: ({ token, user }) => ({ sessionSecret: user ? user.sessionSecret : token.sessionSecret }),
    session: ({ session }) => ({ expires: session.expires }),
  },
  events: {
    signOut: async ({ token }) => {
      const secret = token?.sessionSecret
      if (secret) await withAuth((tx) => closeSession(tx, secret))
    },
  },
})
