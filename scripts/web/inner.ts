import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

const header = 'x-medley-inner'
const word = randomBytes(24).toString('base64url')

/**
 * Marks a form that is handed to Next. After an action Next asks this server for the page that comes next, with the
 * form's headers: that call is the same visitor's, under the same id, and is not counted again. Nobody outside this
 * process knows the word.
 */
export const markForm = (headers: IncomingHttpHeaders): void => {
  headers[header] = word
}

/** Takes the mark off, and says whether it was ours. */
export function takeMark(headers: IncomingHttpHeaders): boolean {
  const isOurs = headers[header] === word
  delete headers[header]
  return isOurs
}
