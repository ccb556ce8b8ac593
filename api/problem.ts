import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { AppError, type ErrorCode, errorStatus, type FieldError } from '#lib/errors.ts'
import { log } from '#lib/log.ts'
import words from '#messages/en.json' with { type: 'json' }

type Fault = { code: ErrorCode | 'internal'; status: number; message: string; error?: AppError }

const say = (key: string): string => (words.errors as Record<string, string>)[key] ?? words.errors.invalid_field

/** The id that runs through the whole request: the server in front made it. */
export const requestIdOf = (c: Context): string => c.req.header('x-request-id') ?? 'unknown'

/**
 * Any failure as `application/problem+json` (RFC 9457): `code` is from the closed list of lib/errors.ts, `detail` is for
 * people, `errors` names each field by a JSON pointer, `requestId` finds the request in the logs. What is not an
 * AppError is logged and answers 500 without its text.
 */
export function problem(c: Context, error: unknown): Response {
  const fault = faultOf(error)
  const requestId = requestIdOf(c)
  if (fault.code === 'internal') log.error({ part: 'web', requestId, path: c.req.path, err: error }, 'a call failed')
  const { errors, alternatives, phone, retryAfterSeconds } = fault.error?.details ?? {}
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
  }
  return new Response(JSON.stringify(body), {
    status: fault.status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      ...(retryAfterSeconds && { 'retry-after': String(retryAfterSeconds) }),
    },
  })
}

const inWords = ({ pointer, detail }: FieldError) => ({ pointer, code: detail, detail: say(detail) })

function faultOf(error: unknown): Fault {
  if (error instanceof AppError) {
    return { code: error.code, status: errorStatus[error.code], message: error.message, error }
  }
  if (error instanceof HTTPException && error.status === 413)
    return { code: 'too_large', status: 413, message: 'too_large' }
  if (error instanceof HTTPException && error.status < 500)
    return { code: 'bad_request', status: 400, message: 'bad_request' }
  return { code: 'internal', status: 500, message: 'unknown' }
}
