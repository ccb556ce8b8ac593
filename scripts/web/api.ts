import type { IncomingMessage } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { api } from '#api/app.ts'
import { isApi, isSignIn } from './path.ts'
import type { Handle } from './server.ts'

/** The headers as the gate left them: the adapter reads the raw ones, which hold what the caller claimed to be. */
function withTrueHeaders(req: IncomingMessage): IncomingMessage {
  req.rawHeaders = Object.entries(req.headers).flatMap(([name, value]) =>
    [value ?? []].flat().flatMap((one) => [name, one]),
  )
  return req
}

const answer = getRequestListener(api.fetch, { overrideGlobalObjects: false })

/**
 * Answers the API's calls in this process without Next, whose handler costs more than the search it would run, and hands
 * all others to `next`. The API is not compiled on demand: after a change of it `npm run dev` is started again.
 */
export const apiBeside =
  (next: Handle): Handle =>
  (req, res) =>
    isApi(req.url) && !isSignIn(req.url) ? answer(withTrueHeaders(req), res) : next(req, res)
