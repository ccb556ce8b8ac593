import { parseWithZod } from '@conform-to/zod/v4'
import { refresh } from 'next/cache'
import { redirect } from 'next/navigation'
import type { z } from 'zod'
import { getTranslations } from '#app/_server/i18n.ts'
import { AppError } from '#lib/errors.ts'
import { type FormState, idle } from '#lib/form.ts'
import { formReached } from '#lib/form-reached.ts'
import { log } from '#lib/log.ts'
import { filledIn, typed } from './fields.ts'
import { flashAndReturn, isPlainPost } from './flash.ts'
import { requestMeta, sameOriginOrThrow } from './request.ts'

type Meta = { requestId: string; address: string }

/**
 * Runs a form's work: own origin only, parsed by `schema` (fields named `patient.givenName` nest), then `work`, which
 * returns the path to go to or nothing to stay. Whatever goes wrong comes back as a FormState in the reader's words
 * with everything typed; unknown errors show the request code only.
 */
export async function attempt<S extends z.ZodType>(
  form: FormData,
  schema: S,
  work: (input: z.output<S>, meta: Meta) => Promise<string | undefined>,
): Promise<FormState> {
  reached(form)
  const meta = await requestMeta()
  const { state, next } = await tried(form, schema, work, meta)
  if (next !== undefined) redirect(next)
  if (await isPlainPost()) redirect(await flashAndReturn(state))
  return state
}

/** Whoever calls an action by hand may send anything. Throws for what is no form: then the server in front answers 400. */
function reached(form: unknown): void {
  if (!(form instanceof FormData)) throw new TypeError('not a form')
  formReached.publish(undefined)
}

/** Does something beside the form's purpose (more time, say), and gives the form back as it was filled in. */
export async function meanwhile(form: FormData, work: () => Promise<unknown>): Promise<FormState> {
  reached(form)
  await sameOriginOrThrow()
  await work()
  const state = { ...idle, values: typed(form) }
  if (await isPlainPost()) redirect(await flashAndReturn(state))
  refresh()
  return state
}

async function tried<S extends z.ZodType>(
  form: FormData,
  schema: S,
  work: (input: z.output<S>, meta: Meta) => Promise<string | undefined>,
  meta: Meta,
): Promise<{ state: FormState; next?: string }> {
  try {
    await sameOriginOrThrow()
    const parsed = parseWithZod(filledIn(form), { schema })
    if (parsed.status !== 'success') return { state: await refused(form, parsed.error ?? {}, meta) }
    const next = await work(parsed.value, meta)
    return { state: { status: 'done', errors: {}, values: {} }, next }
  } catch (error) {
    return { state: await failed(form, error, meta) }
  }
}

async function words(): Promise<(key: string) => string> {
  const t = await getTranslations('errors')
  return (key) => (t.has(key as 'unknown') ? t(key as 'unknown') : t('invalid_field'))
}

async function refused(form: FormData, error: Record<string, string[] | null>, meta: Meta): Promise<FormState> {
  const say = await words()
  const errors = Object.entries(error).map(([field, keys]) => [field, say(keys?.[0] ?? 'invalid_field')])
  return {
    status: 'error',
    code: 'invalid',
    message: say('check_fields'),
    errors: Object.fromEntries(errors),
    values: typed(form),
    requestId: meta.requestId,
  }
}

async function failed(form: FormData, error: unknown, meta: Meta): Promise<FormState> {
  const say = await words()
  const values = typed(form)
  const { requestId } = meta
  if (!(error instanceof AppError)) {
    log.error({ part: 'web', requestId, err: error }, 'a form failed')
    return { status: 'error', code: 'unknown', message: say('unknown'), errors: {}, values, requestId }
  }
  const fields = (error.details.errors ?? []).map(({ pointer, detail }) => [
    pointer.slice(1).replaceAll('/', '.'),
    say(detail),
  ])
  return {
    status: 'error',
    code: error.code,
    message: say(error.message),
    errors: Object.fromEntries(fields),
    values,
    details: error.details,
    requestId,
  }
}
