import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { z } from 'zod'
import { AppError, type ErrorCode, errorStatus, type FieldError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { log } from '#lib/log.ts'
import words from '#messages/en.json' with { type: 'json' }

type Fault = { code: ErrorCode | 'internal'; status: number; message: string; error?: AppError }

const say = (key: string): string => (words.errors as Record<string, string>)[key] ?? words.errors.invalid_field

const made = new WeakMap<Request, string>()

/** The id that runs through the whole request: the server in front made it; without one it is made here, once. */
export function requestIdOf(c: Context): string {
  const given = c.req.header('x-request-id') ?? made.get(c.req.raw)
  if (given) return given
  const id = newId()
  made.set(c.req.raw, id)
  return id
}

/**
 * Any failure as `application/problem+json` (RFC 9457): `code` is from the closed list of lib/errors.ts, `detail` is for
 * people, `errors` names each field by a JSON pointer, `requestId` finds the request in the logs. What is not an
 * AppError is logged and answers 500 without its text.
 */
export function problem(c: Context, error: unknown): Response {
  const fault = faultOf(error)
  const requestId = requestIdOf(c)
  const { errors, alternatives, phone, redFlags, retryAfterSeconds } = fault.error?.details ?? {}
  if (fault.status >= 500) {
    const fields = { part: 'api', requestId, method: c.req.method, path: c.req.routePath, code: fault.code, err: error }
    if (fault.error) log.warn(fields, 'a call could not be served')
    else log.error(fields, 'a call failed')
  }
  const body = {
    type: `urn:medley:problem:${fault.code}`,
    title: fault.code.replaceAll('_', ' '),
    status: fault.status,
    code: fault.code,
    detail: say(fault.message),
    requestId,
    ...(errors && { errors: errors.map(inWords) }),
    ...(alternatives && { alternatives }),
    ...(phone && { phone }),
    ...(redFlags?.length && { redFlags }),
  }
  return c.body(JSON.stringify(body), fault.status as ContentfulStatusCode, {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'private, no-store',
    ...(retryAfterSeconds && { 'retry-after': String(retryAfterSeconds) }),
  })
}

const inWords = ({ pointer, detail }: FieldError) => ({ pointer, code: detail, detail: say(detail) })

function faultOf(error: unknown): Fault {
  if (error instanceof AppError) {
    return { code: error.code, status: errorStatus[error.code], message: error.message, error }
  }
  if (error instanceof HTTPException && error.status < 500) {
    if (error.status === 415) return { code: 'unsupported_media_type', status: 415, message: 'content_type' }
    return { code: 'bad_request', status: 400, message: 'bad_request' }
  }
  return { code: 'internal', status: 500, message: 'unknown' }
}

/** What Zod found in `given`, each with a JSON pointer (RFC 6901) into the body or to the parameter. */
export function faultsIn(error: z.ZodError, given: unknown): FieldError[] {
  const faults = error.issues.flatMap((issue): FieldError[] => {
    const at = issue.path.map((part) => `/${escaped(String(part))}`).join('')
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ pointer: `${at}/${escaped(key)}`, detail: 'field_unknown' }))
    }
    return [{ pointer: at, detail: keyOf(issue, given) }]
  })
  const seen = new Map(faults.toReversed().map((fault) => [fault.pointer, fault]))
  return [...seen.values()].reverse().slice(0, 50)
}

const escaped = (part: string): string => part.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')

/** The message key of an issue: the schema's own, else whether the field is missing or of another kind. */
function keyOf(issue: z.core.$ZodIssue, given: unknown): string {
  if (/^[a-z_]+$/.test(issue.message)) return issue.message
  const value = issue.path.reduce<unknown>((inner, part) => (inner as Record<PropertyKey, unknown>)?.[part], given)
  return value === undefined ? 'field_missing' : 'field_shape'
}
