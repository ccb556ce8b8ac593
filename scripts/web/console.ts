import { type Log, type LogFields, log as ownLog } from '#lib/log.ts'
import { asked } from './asked.ts'

const levels = { error: 'error', warn: 'warn', info: 'info', log: 'info', debug: 'debug', trace: 'debug' } as const

/** Colours of a terminal. */
const paint = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g')

/**
 * The first line of what was said, without what stands in quotes: there Next and V8 repeat what a caller sent (a header's
 * value, an action's id, the text that is no JSON).
 */
export function withoutValues(said: string): string {
  const [first = ''] = said.replace(paint, '').trim().split('\n')
  return first.replace(/(["'`])(?:(?!\1).)*(?:\1|$)/g, '$1…$1').slice(0, 300)
}

/** The same error with its frames, and nothing that it quotes. */
function withoutQuotes(error: Error, depth = 0): Error {
  const cause = error.cause instanceof Error && depth < 5 ? withoutQuotes(error.cause, depth + 1) : undefined
  const quiet = new Error(withoutValues(error.message), cause && { cause })
  quiet.name = error.name
  quiet.stack = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
  return quiet
}

/**
 * Sends what Next says on the console through our log: one line each, with the request's id, and the allowed keys only.
 * That a form could not be decoded is the sender's fault, so it is no error of ours.
 */
export function consoleToLog(log: Log = ownLog): void {
  for (const [method, level] of Object.entries(levels)) {
    const say = (...said: unknown[]): void => {
      const error = said.find((each) => each instanceof Error)
      const text = said.filter((each) => typeof each === 'string').join(' ')
      const request = asked.getStore()
      const fields: LogFields = {
        part: 'next',
        requestId: request?.requestId,
        ...(error && { err: withoutQuotes(error) }),
      }
      log[request?.isUnread ? 'info' : level](fields, withoutValues(text) || 'Next failed')
    }
    Object.assign(console, { [method]: say })
  }
}
