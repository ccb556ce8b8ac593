import { createHmac, randomBytes } from 'node:crypto'
import { cookies } from 'next/headers'
import { env } from '#lib/env.ts'

const name = 'medley.browser'
const days = 30

/** Gives this browser a secret of its own, out of reach of scripts, unless it has one. */
export async function keepBrowserSecret(): Promise<void> {
  const jar = await cookies()
  jar.set(name, jar.get(name)?.value ?? randomBytes(32).toString('base64url'), {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: env().PUBLIC_URL.startsWith('https:'),
    maxAge: days * 86_400,
  })
}

/**
 * The idempotency key under which this browser confirms the hold: the same in each of its tabs and after a reload, so that
 * it finds the visit when the answer was lost; nobody else can work it out. Undefined for a browser without a secret.
 */
export async function confirmKey(holdId: string): Promise<string | undefined> {
  const secret = (await cookies()).get(name)?.value
  return secret ? createHmac('sha256', secret).update(`confirm:${holdId}`).digest('base64url') : undefined
}
