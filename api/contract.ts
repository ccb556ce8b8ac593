import type { OpenAPIHono } from '@hono/zod-openapi'

type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>

const description = `Find a clinic, hold a time that is really free, book it, move it, cancel it.

Instants are ISO 8601 in UTC; a time on the clock is told with its zone. Every POST but extend takes an \`Idempotency-Key\`:
the same key and body give the same answer, byte for byte, for 72 hours. Failures are \`application/problem+json\`. Each
call counts towards a limit a minute and address; the \`RateLimit\` header says what is left. A browser on another
origin gets no answer (no CORS).`

/**
 * The generator writes a pattern's flags behind it; in JSON Schema every pattern is a Unicode one anyway. One by Unicode
 * properties is left to the words of its field: few readers of contracts know them.
 */
const readable = (key: string, value: unknown): unknown => {
  if (key !== 'pattern' || typeof value !== 'string') return value
  return value.includes('\\p{') ? undefined : value.replace(/\/[a-z]+$/, '')
}

/** The contract of every route that `api` has, as OpenAPI 3.1. */
export function contractOf(api: OpenAPIHono): Document {
  api.openAPIRegistry.registerComponent('securitySchemes', 'capability', {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of a hold, or the `manageToken` of an appointment. It opens that one row and nothing else.',
  })
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Medley',
      version: '1',
      description,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    tags: [
      { name: 'Find', description: 'What is published, with times that are free at this moment. No token.' },
      { name: 'Hold', description: 'A time kept for ten minutes for whoever has its token.' },
      { name: 'Book', description: 'An appointment, for whoever has its token.' },
    ],
  })
  return JSON.parse(JSON.stringify(document), readable) as Document
}
