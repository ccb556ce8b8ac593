import type { IncomingMessage, ServerResponse } from 'node:http'
import { siteOf, subscriberOf } from '#lib/address.ts'
import { type Allowance, allowanceOf } from '#lib/env.ts'
import { isApi, isBuilt, isHealth, isSignIn } from './path.ts'

const windowMs = 60_000
/** So many callers are remembered at most; then those who have not called for longest are forgotten, and start anew. */
const mostCallers = 100_000
/** What an IPv6 network of 48 bits may do, in shares of 64 bits: one customer may have it whole. */
const sharesOfSite = 8

type Window = { used: number; endsAt: number }

/** Counts by caller in windows of a minute, in bounded memory and constant time. No two callers ever share a count. */
export class Counts {
  /** Who called lately, and who did before: when the first is half of the most, it takes the place of the second. */
  #recent = new Map<string, Window>()
  #earlier = new Map<string, Window>()
  readonly #most: number

  constructor(most = mostCallers) {
    this.#most = most
  }

  get size(): number {
    return this.#recent.size + this.#earlier.size
  }

  /** Adds one for `caller` at `now` (ms); gives what its window holds. */
  add(caller: string, now: number): Window {
    const last = this.#recent.get(caller) ?? this.#earlier.get(caller)
    const window = last && last.endsAt > now ? last : { used: 0, endsAt: now + windowMs }
    window.used += 1
    this.#recent.set(caller, window)
    if (this.#recent.size * 2 < this.#most) return window
    this.#earlier = this.#recent
    this.#recent = new Map()
    return window
  }
}

type Kind = 'calls' | 'pages' | 'forms'
const allowed = { calls: 'callsPerMinute', pages: 'pagesPerMinute', forms: 'formsPerMinute' } as const satisfies Record<
  Kind,
  keyof Allowance
>

/** What a request counts as: a call of the API, a form (sign-in included), or a page. */
function kindOf({ method, url }: IncomingMessage): Kind {
  if (isApi(url) && !isSignIn(url)) return 'calls'
  return method === 'POST' ? 'forms' : 'pages'
}

/** Forms are counted wherever they are sent: nothing that takes one is free. */
const isRead = ({ method }: IncomingMessage): boolean => method === 'GET' || method === 'HEAD'

/**
 * The limit a minute and address that stands before everything. `refuses` counts a request and says whether it is one too
 * many, with the seconds to wait; the API's answers say what is left. Health checks are not counted; files of the build only
 * when they are missing or not waited for, which costs a page.
 */
export class Limit {
  readonly #counts = new Counts()

  /** Seconds to wait, or undefined when the request may pass. */
  refuses(req: IncomingMessage, res: ServerResponse): number | undefined {
    const address = String(req.headers['x-forwarded-for'])
    if (isRead(req) && isHealth(req.url)) return undefined
    if (isRead(req) && isBuilt(req.url)) {
      res.once('close', () => (res.statusCode >= 400 || !res.writableFinished) && this.#count('pages', address))
      return undefined
    }
    const kind = kindOf(req)
    const most = allowanceOf(address)[allowed[kind]]
    const { used, usedBySite, seconds } = this.#count(kind, address)
    if (kind === 'calls') {
      res.setHeader('ratelimit', `"default";r=${Math.max(0, most - used)};t=${seconds}`)
      res.setHeader('ratelimit-policy', `"default";q=${most};w=${windowMs / 1000}`)
    }
    return used > most || usedBySite > most * sharesOfSite ? seconds : undefined
  }

  #count(kind: Kind, address: string): { used: number; usedBySite: number; seconds: number } {
    const now = performance.now()
    const site = siteOf(address)
    const own = this.#counts.add(`${kind} ${subscriberOf(address)}`, now)
    const whole = site === undefined ? own : this.#counts.add(`${kind} ${site}`, now)
    const endsAt = Math.max(own.endsAt, whole.endsAt)
    return { used: own.used, usedBySite: whole.used, seconds: Math.max(1, Math.ceil((endsAt - now) / 1000)) }
  }
}
