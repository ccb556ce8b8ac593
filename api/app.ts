import { OpenAPIHono } from '@hono/zod-openapi'
import type { z } from 'zod'
import { AppError, type FieldError } from '#lib/errors.ts'
import { problem } from './problem.ts'
import { rateLimit } from './rate-limit.ts'
import { appointmentRoutes } from './v1/appointments.ts'
import { holdRoutes } from './v1/holds.ts'
import { listingRoutes } from './v1/listings.ts'

const largestBody = 64 * 1024

/** What Zod found, each with a JSON pointer into the body or the name of the parameter. */
function faults(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    const at = issue.path.map((part) => `/${String(part)}`).join('')
    if (issue.code !== 'unrecognized_keys') return [{ pointer: at || '/', detail: issue.message }]
    return issue.keys.map((key) => ({ pointer: `${at}/${key}`, detail: 'field_unknown' }))
  })
}

/** The REST API, version 1: one Hono app, its contract beside each handler, mounted by app/api. */
export const api = new OpenAPIHono({
  defaultHook: (result) => {
    if (!result.success) throw new AppError('invalid', 'check_fields', { errors: faults(result.error) })
  },
}).basePath('/api/v1')

api.onError((error, c) => problem(c, error))
api.notFound((c) => problem(c, new AppError('not_found', 'page_unknown')))
api.use('*', async (c, next) => {
  await next()
  c.header('cache-control', 'private, no-store')
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

api.openAPIRegistry.registerComponent('securitySchemes', 'capability', {
  type: 'http',
  scheme: 'bearer',
  description: 'The token of a hold, or the `manageToken` of an appointment. It opens that one row and nothing else.',
})
api.doc31('/openapi.json', {
  openapi: '3.1.0',
  info: {
    title: 'Medley',
    version: '1',
    description:
      'Find a clinic, hold a time that is really free, book it, move it, cancel it. Instants are ISO 8601 in UTC; a time on the clock is told with its zone. Every POST but extend takes an `Idempotency-Key`: the same key and body give the same answer, byte for byte, for 72 hours. Failures are `application/problem+json`.',
    license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
  },
})
