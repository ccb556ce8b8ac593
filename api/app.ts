import { createHash } from 'node:crypto'
import { OpenAPIHono } from '@hono/zod-openapi'
import { compress } from 'hono/compress'
import { AppError } from '#lib/errors.ts'
import { contractOf } from './contract.ts'
import { faultsIn, problem } from './problem.ts'
import { appointmentRoutes } from './v1/appointments.ts'
import { holdRoutes } from './v1/holds.ts'
import { listingRoutes } from './v1/listings.ts'

const largestBody = 64 * 1024

/** A parameter of a query that came more than once arrives as a list. */
const repeated = (query: object): string | undefined =>
  Object.entries(query).find(([, value]) => Array.isArray(value))?.[0]

/** The REST API, version 1: one Hono app, its contract beside each handler, mounted by scripts/web in front of Next. */
export const api = new OpenAPIHono({
  defaultHook: (result) => {
    if (result.success) return
    const { target, error } = result
    const given: object = 'data' in result ? (result.data as object) : {}
    if (target === 'header') {
      const isSecret = error.issues.every(({ path }) => path[0] === 'Idempotency-Secret')
      throw new AppError('bad_request', isSecret ? 'idempotency_secret_header' : 'idempotency_key_header')
    }
    if (target === 'param') throw new AppError('not_found', 'page_unknown')
    const twice = target === 'query' ? repeated(given) : undefined
    const errors = twice ? [{ pointer: `/${twice}`, detail: 'one_value' }] : faultsIn(error, given)
    throw new AppError('invalid', 'check_fields', { errors })
  },
}).basePath('/api/v1')

api.onError((error, c) => problem(c, error))
api.notFound((c) => {
  const methods = methodsAt(c.req.path)
  if (methods.length === 0) return problem(c, new AppError('not_found', 'page_unknown'))
  c.header('allow', methods.join(', '))
  if (c.req.method === 'OPTIONS') return c.body(null, 204)
  return problem(c, new AppError('method_not_allowed', 'method_not_allowed'))
})
// As Next does for pages: what is asked for compressed.
api.use('*', compress())
api.use('*', async (c, next) => {
  c.header('cache-control', 'private, no-store')
  await next()
})
// A body without a length is cut by scripts/web.
api.use('*', async (c, next) => {
  if (Number(c.req.header('content-length') ?? 0) > largestBody) throw new AppError('too_large', 'too_large')
  await next()
})

listingRoutes(api)
holdRoutes(api)
appointmentRoutes(api)

const contract = contractOf(api)
const document = JSON.stringify(contract)
const version = `"${createHash('sha256').update(document).digest('base64url')}"`

api.get('/openapi.json', (c) => {
  c.header('cache-control', 'public, max-age=300')
  c.header('etag', version)
  if (c.req.header('if-none-match')?.includes(version)) return c.body(null, 304)
  return c.body(document, 200, { 'content-type': 'application/json' })
})

const addresses = Object.entries({ ...contract.paths, '/api/v1/openapi.json': { get: {} } }).map(
  ([template, operations]) => ({
    shape: new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`),
    methods: Object.keys(operations).map((method) => method.toUpperCase()),
  }),
)

/** What may be asked at an address; empty when nothing is there. */
function methodsAt(path: string): string[] {
  const methods = addresses.filter(({ shape }) => shape.test(path)).flatMap((address) => address.methods)
  if (methods.length === 0) return []
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
}
