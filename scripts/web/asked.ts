import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { formReached } from '#lib/form-reached.ts'
import { refuse } from './refusal.ts'

/** The request that code runs for: its id, and whether it is a form on which no action of ours has begun yet. */
export const asked = new AsyncLocalStorage<{ requestId: string; isUnread: boolean }>()

formReached.subscribe(() => {
  const request = asked.getStore()
  if (request) request.isUnread = false
})

const writers = ['writeHead', 'flushHeaders', 'write', 'end'] as const

/**
 * Next answers 500 when it cannot decode a form: arguments that are no list, a reference to nothing. No code of ours ran
 * then and the sender is at fault, so the answer becomes 400. Once an action has begun, a failure is ours and stays 500.
 */
export function refuseUndecoded(req: IncomingMessage, res: ServerResponse, requestId: string): void {
  const request = asked.getStore()
  if (request) request.isUnread = true
  let isRefused = false
  const refusesNow = (status = res.statusCode): boolean => {
    if (isRefused) return true
    if (res.headersSent || status < 500 || !request?.isUnread) return false
    isRefused = true
    for (const name of writers) Reflect.deleteProperty(res, name)
    for (const name of ['content-encoding', 'transfer-encoding']) res.removeHeader(name)
    refuse(req, res, { why: 'form', requestId })
    // What Next still writes goes nowhere: it has these methods from before.
    for (const name of writers) Object.assign(res, { [name]: () => res })
    return true
  }
  for (const name of writers) {
    const write = res[name].bind(res) as (...given: unknown[]) => unknown
    const guarded = (...given: unknown[]): unknown => {
      const isLate = refusesNow(name === 'writeHead' ? Number(given[0]) : undefined)
      return isLate ? (name === 'write' ? true : res) : write(...given)
    }
    Object.assign(res, { [name]: guarded })
  }
}
