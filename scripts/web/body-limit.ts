import type { IncomingMessage, ServerResponse } from 'node:http'
import { isSignIn } from './path.ts'
import { refuse } from './refusal.ts'

/** The most a request may carry. Uploads get a way of their own when there are any. */
const bodyLimitBytes = 1024 * 1024
/** A sign-in's fields are a token and an address to return to; Next and next-auth take seconds for 1 MiB of short fields. */
const signInLimitBytes = 16 * 1024
const limitOf = ({ url }: IncomingMessage): number => (isSignIn(url) ? signInLimitBytes : bodyLimitBytes)
/** How much of a refused body is read on, so that its sender gets to see the answer. */
const drainBytes = 16 * bodyLimitBytes
const drainMs = 5_000

function answerTooLarge(req: IncomingMessage, res: ServerResponse, requestId: string): void {
  refuse(req, res, { why: 'size', requestId })
  setTimeout(() => req.complete || req.destroy(), drainMs).unref()
}

/** After our answer nobody else writes: what the handler still says about the cut body goes nowhere. */
function seal(res: ServerResponse): void {
  const silent = () => res
  Object.assign(res, { setHeader: silent, appendHeader: silent, writeHead: silent, flushHeaders: () => {} })
  Object.assign(res, { write: () => true, end: silent })
}

/**
 * Refuses a body over the limit with 413: true at once when its announced length says so (the caller hands the request
 * to nobody), else while it streams in, when the handler sees the body end early and its answer is dropped.
 */
export function refusesBody(req: IncomingMessage, res: ServerResponse, requestId: string): boolean {
  const announced = Number(req.headers['content-length'] ?? 0)
  if (announced > limitOf(req)) {
    answerTooLarge(req, res, requestId)
    if (announced > drainBytes) req.destroy()
    else req.resume()
    return true
  }
  if (req.headers['transfer-encoding'] !== undefined) countWhileStreaming(req, res, requestId)
  return false
}

function countWhileStreaming(req: IncomingMessage, res: ServerResponse, requestId: string): void {
  const push = req.push.bind(req)
  const limitBytes = limitOf(req)
  let seen = 0
  let isRefused = false
  req.push = (chunk: Buffer | null, encoding?: BufferEncoding): boolean => {
    seen += chunk?.length ?? 0
    if (isRefused) {
      if (seen > drainBytes) req.destroy()
      return true
    }
    if (seen <= limitBytes) return push(chunk, encoding)
    isRefused = true
    if (!res.headersSent) answerTooLarge(req, res, requestId)
    seal(res)
    return push(null)
  }
}
