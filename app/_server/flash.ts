import { cookies, headers } from 'next/headers'
import { decode, encode } from 'next-auth/jwt'
import { env } from '#lib/env.ts'
import { type FormState, idle } from '#lib/form.ts'

const name = 'medley.form'
const seconds = 20
/** What a browser keeps of one cookie, less its name. */
const longest = 4_000

/** Whether the form came without script: React's own calls name their action in a header. */
export const isPlainPost = async (): Promise<boolean> => !(await headers()).has('next-action')

/** Its key is derived from the secret under this name, so that no other cookie of ours can be given for it. */
const sealing = () => ({ secret: env().NEXTAUTH_SECRET, salt: name, maxAge: seconds })

/**
 * Keeps a form's answer for the page that is shown next, and gives that page's path: Next does not answer a plain POST
 * with a rendered state (it never ends), so the answer goes round by a redirect. What was typed stays on this browser
 * for seconds, encrypted (A256GCM), for that path alone.
 */
export async function flashAndReturn(state: FormState): Promise<string> {
  const asked = await headers()
  const referer = asked.get('referer') ?? ''
  const from = URL.canParse(referer) && new URL(referer).host === asked.get('host') ? new URL(referer) : undefined
  const path = from ? `${from.pathname.replace(/^\/+/, '/')}${from.search}` : '/'
  const seal = (kept: FormState) => encode({ ...sealing(), token: { path: from?.pathname, state: kept } })
  const full = await seal(state)
  const value = full.length <= longest ? full : await seal({ ...state, values: {} })
  const secure = env().PUBLIC_URL.startsWith('https:')
  ;(await cookies()).set(name, value, { httpOnly: true, secure, sameSite: 'lax', path: '/', maxAge: seconds })
  return path
}

/** The answer to the form that was just sent from this page without script, or the idle state. */
export async function flashed(pathname: string): Promise<FormState> {
  const kept = (await cookies()).get(name)?.value
  if (!kept) return idle
  const opened = await decode({ ...sealing(), token: kept }).catch(() => null)
  return opened?.path === pathname ? (opened.state as FormState) : idle
}
