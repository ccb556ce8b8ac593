import { OpenAPIHono } from '@hono/zod-openapi'
import { AppError } from '#lib/errors.ts'
import { contractOf } from './contract.ts'
import { faultsIn, problem } from './problem.ts'
import { rateLimit } from './rate-limit.ts'
import { appointmentRoutes } from './v1/appointments.ts'
import { holdRoutes } from './v1/holds.ts'
import { listingRoutes } from './v1/listings.ts'

const largestBody = 64 * 1024

/** A parameter of a query that came more than once arrives as a list. */
const repeated = (query: object): string | undefined =>
  Object.entries(query).find(([, value]) => Array.isArray(value))?.[0]

/** The REST API, version 1: one Hono app, its contract beside each handler, mounted by app/api. */
export const api = new OpenAPIHono({
  defaultHook: (result) => {
    if (result.success) return
    const { target, error } = result
    const given: object = 'data' in result ? (result.data as object) : {}
    if (target === 'header') throw new AppError('bad_request', 'idempotency_key_header')
    if (target === 'param') throw new AppError('not_found', 'page_unknown')
    const twice = target === 'query' ? repeated(given) : undefined
    const errors = twice ? [{ pointer: `/${twice}`, detail: 'one_value' }] : faultsIn(error, given)
    throw new AppError('invalid', 'check_fields', { errors })
  },
}).basePath('/api/v1')

api.onError((error, c) => problem(c, error))
api.notFound((c) => problem(c, new AppError('not_found', 'page_unknown')))
api.use('*', async (c, next) => {
  c.header('cache-control', 'private, no-store')
  await next()
})
api.use('*', rateLimit)
// Hono's own limit wraps the request anew, which Next's request does not stand; a body without a length is cut by scripts/web.ts.
api.use('*', async (c, next) => {
  if (Number(c.req.header('content-length') ?? 0) > largestBody) throw new AppError('too_large', 'too_large')
  await next()
})

listingRoutes(api)
holdRoutes(api)
appointmentRoutes(api)

const contract = contractOf(api)
api.get('/openapi.json', (c) => c.json(contract))
