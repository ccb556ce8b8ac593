import { IncomingMessage } from 'node:http'

/** A form that a browser sends without script: Next reads it whole, and answers 500 when it cannot. */
export const isPlainForm = (req: IncomingMessage): boolean =>
  req.method === 'POST' &&
  req.headers['next-action'] === undefined &&
  /^\s*multipart\/form-data\b/i.test(req.headers['content-type'] ?? '')

/**
 * Reads such a form, whose size is bounded by the body limit, and gives the same request to be read once more; undefined
 * when it is no form: cut off, or without its boundary.
 */
export async function readForm(req: IncomingMessage): Promise<IncomingMessage | undefined> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    await new Response(body, { headers: { 'content-type': req.headers['content-type'] ?? '' } }).formData()
    return again(req, body)
  } catch {
    return undefined
  }
}

function again(req: IncomingMessage, body: Buffer): IncomingMessage {
  const copy = new IncomingMessage(req.socket)
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } = req
  Object.assign(copy, { method, url, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor, complete: true })
  copy.headers = headers
  copy.push(body)
  copy.push(null)
  return copy
}
