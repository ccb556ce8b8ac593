import type { IncomingHttpHeaders } from 'node:http'
import { parseAndValidateFlightRouterState } from 'next/dist/server/app-render/parse-and-validate-flight-router-state.js'

/** What only Next's own servers and proxies say to each other: from a caller it is never true. */
const internal = /^(next-|x-next|x-now-|x-vercel-|x-invoke-|x-middleware-|x-action-|x-prerender-|x-matched-path$)/

/** Whether Next takes it for the tree of pages that a browser shows; what it does not take, it answers with 500. */
function isTree(value: string): boolean {
  try {
    parseAndValidateFlightRouterState(value)
    return true
  } catch {
    return false
  }
}

/** What Next's script in a browser sends of its own, each with the shape that it has there. */
const fromBrowser: Record<string, (value: string) => boolean> = {
  rsc: (value) => value === '1',
  'next-router-state-tree': isTree,
  'next-router-prefetch': (value) => /^[1-3]$/.test(value),
  'next-router-segment-prefetch': (value) => /^\/[\w$!/.~%()[\]-]{0,1000}$/.test(value),
  'next-url': (value) => /^\/[\x21-\x7e]{0,2000}$/.test(value),
  'next-action': (value) => /^[0-9a-f]{40,64}$/.test(value),
}

/** What the browser's script says to the development server besides. */
const whileDeveloping = new Set(['next-hmr-refresh', 'x-nextjs-request-id', 'x-nextjs-html-request-id'])

/**
 * Takes out every header that only Next itself may set. False when one of those that a browser's script sends has a shape
 * that it never has: then a page has nothing to answer.
 */
export function readsAsBrowser(headers: IncomingHttpHeaders, isDevelopment: boolean): boolean {
  for (const name of Object.keys(headers)) {
    const isKnown = name in fromBrowser || (isDevelopment && whileDeveloping.has(name))
    if (!isKnown && internal.test(name)) delete headers[name]
  }
  return Object.entries(fromBrowser).every(([name, fits]) => {
    const value = headers[name]
    return value === undefined || (typeof value === 'string' && fits(value))
  })
}
