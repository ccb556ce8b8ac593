import { cookies } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { decode, encode } from 'next-auth/jwt'
import { cache } from 'react'
import type { StaffActor } from '#db/actor.ts'
import { withAuth } from '#db/doors.ts'
import { closeSession } from '#domain/identity/closeSession.ts'
import { openSession } from '#domain/identity/openSession.ts'
import { type Signed, signedIn } from '#domain/identity/read.ts'
import { isSessionSecret } from '#domain/identity/rules.ts'
import { env, isDemo } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { isId } from '#lib/ids.ts'
import { sessionCookie, sessionSeconds } from './auth.ts'
import { requestMeta } from './request.ts'

async function secretOfCookie(): Promise<string | undefined> {
  const token = (await cookies()).get(sessionCookie().name)?.value
  if (!token) return undefined
  const claims = await decode({ token, secret: env().NEXTAUTH_SECRET }).catch(() => null)
  return claims?.sessionSecret && isSessionSecret(claims.sessionSecret) ? claims.sessionSecret : undefined
}

/** Who is signed in on this request and where they work, by the session's row; undefined when nobody is. Read once a request. */
export const currentPerson = cache(async (): Promise<Signed | undefined> => {
  if (!isDemo()) return undefined
  const secret = await secretOfCookie()
  if (!secret) return undefined
  return withAuth((tx) => signedIn(tx, secret))
})

/** Staff of the tenant with this slug, or undefined: not signed in. Throws `not_found` for a tenant they are not part of. */
export async function staffActor(slug: string): Promise<StaffActor | undefined> {
  const person = await currentPerson()
  if (!person) return undefined
  const membership = person.memberships.find((candidate) => candidate.slug === slug)
  if (!membership) throw new AppError('not_found', 'tenant_unknown')
  const { requestId } = await requestMeta()
  return {
    kind: 'staff',
    tenantId: membership.tenantId,
    personId: person.personId,
    role: membership.role,
    sessionId: person.sessionId,
    requestId,
  }
}

/** For a staff page: the actor, else the sign-in page; another tenant's address is a 404. */
export async function staffOfPage(slug: string): Promise<StaffActor> {
  const actor = await staffActor(slug).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') notFound()
    throw error
  })
  return actor ?? redirect(`/login?next=${encodeURIComponent(`/t/${slug}`)}`)
}

/** Signs a demo person in on this browser: a new session, whatever it had before. Throws `not_found` outside the demo. */
export async function signIn(personId: string): Promise<void> {
  if (!isDemo() || !isId(personId)) throw new AppError('not_found', 'page_unknown')
  await signOut()
  const { secret } = await withAuth((tx) => openSession(tx, personId))
  const { name, options } = sessionCookie()
  const value = await encode({
    token: { sessionSecret: secret },
    secret: env().NEXTAUTH_SECRET,
    maxAge: sessionSeconds,
  })
  ;(await cookies()).set(name, value, { ...options, maxAge: sessionSeconds })
}

/** Ends the session of this browser, in the database and in its cookie. */
export async function signOut(): Promise<void> {
  const secret = await secretOfCookie()
  if (secret) await withAuth((tx) => closeSession(tx, secret))
  const { name, options } = sessionCookie()
  ;(await cookies()).set(name, '', { ...options, maxAge: 0 })
}
