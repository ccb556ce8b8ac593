import { z } from 'zod'
import { env, isDemo } from '#lib/env.ts'
import { dayLabel, timeLabel } from '#lib/time.ts'

const CaughtMail = z.object({
  id: z.string(),
  receivedAt: z.iso.datetime(),
  to: z.array(z.string()),
  subject: z.string(),
  copies: z.number(),
})
export type CaughtMail = z.output<typeof CaughtMail>

const OpenedMail = CaughtMail.extend({
  from: z.string(),
  text: z.string(),
  calendar: z.object({ method: z.string(), ics: z.string() }).nullable(),
})
export type OpenedMail = z.output<typeof OpenedMail>

const limitMs = 3_000
const listed = 100

/** Asks the demo's mail catcher; undefined when it has nothing there, does not answer, or there is none. */
async function ask<T>(path: string, shape: z.ZodType<T>): Promise<T | undefined> {
  const catcher = env().MAIL_CATCHER_URL
  if (!catcher || !isDemo()) return undefined
  try {
    const answer = await fetch(new URL(path, catcher), { cache: 'no-store', signal: AbortSignal.timeout(limitMs) })
    return answer.ok ? shape.parse(await answer.json()) : undefined
  } catch {
    return undefined // It is a stand-in: whatever went wrong, the page says that it does not answer.
  }
}

/** The newest mails, at most a hundred; undefined when the catcher does not answer. */
export const caughtMails = (): Promise<CaughtMail[] | undefined> =>
  ask(`/messages?limit=${listed}`, z.array(CaughtMail))

/** One mail in full; undefined when it is not there. */
export const openedMail = (id: string): Promise<OpenedMail | undefined> =>
  /^[\d-]{1,30}$/.test(id) ? ask(`/messages/${id}`, OpenedMail) : Promise.resolve(undefined)

/** When a mail came, by UTC: whoever looks may be anywhere. */
export const momentOf = (receivedAt: string, locale: string): { day: string; time: string } => {
  const at = new Date(receivedAt)
  return { day: dayLabel(at, 'UTC', locale), time: timeLabel(at, 'UTC', locale) }
}
