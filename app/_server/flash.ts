import { cookies, headers } from 'next/headers'
import { env } from '#lib/env.ts'
import { type FormState, idle } from '#lib/form.ts'

const name = 'medley.form'
const seconds = 20
const longest = 3_500

/** Whether the form came without script: React's own calls name their action in a header. */
export const isPlainPost = async (): Promise<boolean> => !(await headers()).has('next-action')

/**
 * Keeps a form's answer for the page that is shown next, and gives that page's path: Next does not answer a plain POST
 * with a rendered state (it never ends), so the answer goes round by a redirect. What was typed stays on this browser
 * for seconds, out of reach of scripts.
 */
export async function flashAndReturn(state: FormState): Promise<string> {
  const asked = await headers()
  const referer = asked.get('referer') ?? ''
  const from = URL.canParse(referer) && new URL(referer).host === asked.get('host') ? new URL(referer) : undefined
  const path = from ? `${from.pathname.replace(/^\/+/, '/')}${from.search}` : '/'
  const full = Buffer.from(JSON.stringify({ path: from?.pathname, state })).toString('base64url')
  const lean = Buffer.from(JSON.stringify({ path: from?.pathname, state: { ...state, values: {} } })).toString(
    'base64url',
  )
  const secure = env().PUBLIC_URL.startsWith('https:')
  const options = { httpOnly: true, secure, sameSite: 'lax', path: '/', maxAge: seconds } as const
  ;(await cookies()).set(name, full.length <= longest ? full : lean, options)
  return path
}

/** The answer to the form that was just sent from this page without script, or the idle state. */
export async function flashed(pathname: string): Promise<FormState> {
  const kept = (await cookies()).get(name)?.value
  if (!kept) return idle
  try {
    const { path, state } = JSON.parse(Buffer.from(kept, 'base64url').toString()) as { path: string; state: FormState }
    return path === pathname ? state : idle
  } catch {
    return idle
  }
}
