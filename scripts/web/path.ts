// The one place that reads a path: limits, log, policy, the API and the gate all ask here, and so decide alike.

/** Backslashes, encoded separators and encoded control characters. */
const hidden = /\\|%(?:2f|5c|[01][\da-f]|7f)/i
/** Empty segments, and those that a resolver takes for "here" or "one up". */
const steps = /\/\/|\/\.{1,2}(?:\/|$)/
/** Next decodes a path once, and what stands behind it may do so again. */
const decodings = 3

/** The path of a request's target, without its query. */
export const pathOf = (url: string | undefined): string => (url ?? '/').split('?', 1)[0] ?? '/'

/** Whether the path is text once decoded; Next answers 500 where a page's address has a part that is none. */
export function isReadable(url: string | undefined): boolean {
  try {
    decodeURIComponent(pathOf(url))
    return true
  } catch {
    return false
  }
}

/** Byte by byte, so that bytes which are no text hide nothing that stands behind them. */
const decoded = (path: string): string =>
  path.replace(/%([\da-f]{2})/gi, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)))

/**
 * Whether the path leads where it says. Next resolves dot segments, backslashes and double slashes, also encoded ones, and
 * would serve another path than the one that was counted and logged.
 */
export function isPlain(url: string | undefined): boolean {
  let path = pathOf(url)
  if (!path.startsWith('/') || path.includes('#')) return false
  for (let time = 0; time <= decodings; time += 1) {
    if (hidden.test(path) || steps.test(path)) return false
    path = decoded(path)
  }
  return true
}

/** The API's, whose refusals are problem+json. */
export const isApi = (url: string | undefined): boolean => /^\/api(?:\/|$)/.test(pathOf(url))

/** The sign-in's own addresses, which are Next's (next-auth). */
export const isSignIn = (url: string | undefined): boolean => /^\/api\/auth(?:\/|$)/.test(pathOf(url))

/** Files that the build wrote: a page loads dozens, and reading one costs next to nothing. */
export const isBuilt = (url: string | undefined): boolean => pathOf(url).startsWith('/_next/static/') && isPlain(url)

/** Balancers and supervisors ask for these by address, and are not counted. */
export const isHealth = (url: string | undefined): boolean => ['/healthz', '/readyz'].includes(pathOf(url))
