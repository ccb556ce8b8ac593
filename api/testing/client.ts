import { z } from 'zod'
import { api } from '#api/app.ts'
import { newId } from '#lib/ids.ts'

type Schema = Record<string, unknown>
type Operation = {
  operationId?: string
  requestBody?: object
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>
}
type Contract = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } }

export type Call = { body?: unknown; raw?: string; key?: string; token?: string; headers?: Record<string, string> }
export type Answer = { status: number; headers: Headers; type: string; text: string; json: Body }
// biome-ignore lint/suspicious/noExplicitAny: an answer is what the contract says; tests look into it freely.
type Body = any

const base = 'http://medley.test/api/v1'
const known: { contract?: Contract } = {}

/** The contract as the API itself serves it. */
export async function contract(): Promise<Contract> {
  known.contract ??= (await (await api.request(`${base}/openapi.json`)).json()) as Contract
  return known.contract
}

/** References for `z.fromJSONSchema`, and no field beyond those named. */
const strict = (key: string, value: unknown): unknown => {
  if (key === '$ref' && typeof value === 'string') return value.replace('#/components/schemas/', '#/$defs/')
  const isObject = value !== null && typeof value === 'object' && 'properties' in value
  return isObject ? { ...value, additionalProperties: false } : value
}

/** What the contract does not allow about an answer; empty when it holds. */
export async function breaches(method: string, path: string, answer: Answer): Promise<string[]> {
  const { paths, components } = await contract()
  const route = Object.keys(paths).find((template) =>
    new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(`/api/v1${path.split('?')[0]}`),
  )
  const response = route && paths[route]?.[method.toLowerCase()]?.responses[answer.status]
  if (!response) return [`${method} ${path} says nothing about ${answer.status}`]
  const [type, content] = Object.entries(response.content ?? {})[0] ?? []
  if (!type || !content) return answer.text === '' ? [] : ['a body where none is']
  if (!answer.type.startsWith(type)) return [`${answer.type} is not ${type}`]
  const whole = JSON.parse(JSON.stringify({ ...content.schema, $defs: components.schemas }), strict)
  const parsed = z.fromJSONSchema(whole).safeParse(answer.json)
  return parsed.error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? []
}

/** Calls the API as a client would; an answer that its own contract does not allow is an error. */
export async function call(
  method: string,
  path: string,
  { body, raw, key, token, headers }: Call = {},
): Promise<Answer> {
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const response = await api.request(base + path, {
    method,
    headers: {
      ...(sent !== undefined && {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(sent)),
      }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      'x-forwarded-for': '198.51.100.7',
      'x-request-id': `test-${newId()}`,
      ...headers,
    },
    body: sent,
  })
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  const answer = {
    status: response.status,
    headers: response.headers,
    type,
    text,
    json: type.includes('json') ? JSON.parse(text) : undefined,
  }
  const found = await breaches(method, path, answer)
  if (found.length > 0)
    throw new Error(`${method} ${path} ${answer.status} breaks the contract: ${found.join('; ')}\n${text}`)
  return answer
}
