import { type IncomingHttpHeaders, IncomingMessage } from 'node:http'

/**
 * What Next takes for a form: it answers 500 when it cannot read it. Every action of ours is a form's, so those that a
 * script sends (`next-action`) are forms too.
 */
export const isForm = ({ method, headers }: IncomingMessage): boolean =>
  method === 'POST' && (headers['next-action'] !== undefined || isMultipart(headers))

/** As React sends every form of ours, with or without a script. */
const isMultipart = (headers: IncomingHttpHeaders): boolean =>
  /^\s*multipart\/form-data\b/i.test(headers['content-type'] ?? '')

/** More fields than any form of ours has, whose longest has about forty. */
const mostFields = 200
/** The longest name of a field has about sixty characters: React's, with the id of an action. */
const longestName = 200

/** Whether a form has more fields than any of ours, by the header that each needs; decodes none, which costs far more. */
function hasTooManyFields(body: Buffer): boolean {
  const header = /content-disposition/gi
  const text = body.toString('latin1')
  for (let count = 0; count <= mostFields; count += 1) if (!header.test(text)) return false
  return true
}

/** Whether a form names an action: by its header when a script sends it, else by a field of React's. */
const hasAction = (req: IncomingMessage, form: FormData): boolean =>
  req.headers['next-action'] !== undefined || [...form.keys()].some((name) => name.startsWith('$ACTION_'))

/**
 * Reads such a form, whose size is bounded by the body limit, and gives the same request to be read once more; undefined
 * when it is no form of ours: cut off, without its boundary, without an action, or with too many fields or a name too long.
 */
export async function readForm(req: IncomingMessage): Promise<IncomingMessage | undefined> {
  try {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    if (!isMultipart(req.headers) || hasTooManyFields(body)) return undefined
    const form = await new Response(body, { headers: { 'content-type': req.headers['content-type'] ?? '' } }).formData()
    const isNamed = [...form.keys()].every((name) => name.length <= longestName)
    return isNamed && hasAction(req, form) ? again(req, body) : undefined
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
