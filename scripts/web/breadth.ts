import type { IncomingMessage } from 'node:http'

/** The longest address of ours, a search with all its filters, has ten; what links from elsewhere add is a few more. */
const mostParameters = 100
/** Ours are a dozen; other programs under the same host name set some as well. */
const mostCookies = 100
/** A browser sends about twenty-five, and each proxy adds a few. */
const mostHeaders = 100
/** The browsers inside other programs name themselves in about six hundred characters. Next looks for crawlers in it. */
const longestAgent = 1_000

/** How many pieces `text` has between its separators, without taking it apart. */
function pieces(text: string | undefined, separator: string): number {
  if (!text) return 0
  let count = 1
  for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + 1)) count += 1
  return count
}

/**
 * Which part of a request is longer than any browser and page of ours makes it, if one is: Next reads each of them in time
 * that grows with the square of its length. Counts in linear time and decodes nothing.
 */
export function tooLong({
  url = '',
  headers,
  rawHeaders,
}: IncomingMessage): 'query' | 'cookies' | 'headers' | undefined {
  const begin = url.indexOf('?')
  if (begin >= 0 && pieces(url.slice(begin + 1), '&') > mostParameters) return 'query'
  if (pieces(headers.cookie, ';') > mostCookies) return 'cookies'
  if ((headers['user-agent'] ?? '').length > longestAgent) return 'headers'
  // Names and values take turns.
  return rawHeaders.length / 2 > mostHeaders ? 'headers' : undefined
}
