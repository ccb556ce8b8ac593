import { getRequestListener } from '@hono/node-server'
import { api } from '#api/app.ts'
import { isApi } from './refusal.ts'
import type { Handle } from './server.ts'

/** The sign-in's own addresses are Next's (next-auth). */
const isSignIn = (url: string | undefined): boolean => /^\/api\/auth\//.test(url ?? '')

const answer = getRequestListener(api.fetch, { overrideGlobalObjects: false })

/**
 * Answers the API's calls in this process without Next, whose handler costs more than the search it would run, and hands
 * all others to `next`. The API is not compiled on demand: after a change of it `npm run dev` is started again.
 */
export const apiBeside =
  (next: Handle): Handle =>
  (req, res) =>
    isApi(req.url) && !isSignIn(req.url) ? answer(req, res) : next(req, res)
