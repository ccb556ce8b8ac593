import type { IncomingMessage, ServerResponse } from 'node:http'
import words from '#messages/en.json' with { type: 'json' }
import { isApi } from './path.ts'

/** What this server refuses before Next sees it, each with its status, what the API calls it, and words for people. */
const refusals = {
  method: { status: 405, code: 'method_not_allowed', detail: words.errors.method_not_allowed },
  origin: { status: 403, code: 'forbidden', detail: words.errors.other_origin },
  host: { status: 421, code: 'bad_request', detail: words.errors.host_unknown },
  size: { status: 413, code: 'too_large', detail: words.errors.too_large },
  form: { status: 400, code: 'bad_request', detail: words.errors.form_unreadable },
  query: { status: 400, code: 'bad_request', detail: words.errors.too_many_parameters },
  cookies: { status: 431, code: 'bad_request', detail: words.errors.too_many_cookies },
  headers: { status: 431, code: 'bad_request', detail: words.errors.too_many_headers },
  shape: { status: 400, code: 'bad_request', detail: words.errors.request_unreadable },
  limit: { status: 429, code: 'limit', detail: words.errors.too_many_requests },
  fault: { status: 500, code: 'internal', detail: words.errors.unknown },
} as const

/** Says no: as a problem to who calls the API, as a line of text with the request's id to a person. */
export function refuse(
  req: IncomingMessage,
  res: ServerResponse,
  { why, requestId, headers = {} }: { why: keyof typeof refusals; requestId: string; headers?: Record<string, string> },
): void {
  const { status, code, detail } = refusals[why]
  const problem = {
    type: `urn:medley:problem:${code}`,
    title: code.replaceAll('_', ' '),
    ...{ status, code, detail, requestId },
  }
  const body = isApi(req.url) ? JSON.stringify(problem) : `${detail} (${requestId})\n`
  res.writeHead(status, {
    'content-type': isApi(req.url) ? 'application/problem+json' : 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...headers,
  })
  res.end(body)
}
