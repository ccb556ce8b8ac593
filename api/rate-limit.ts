import { createHash, randomBytes } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { lastHop, subscriberOf } from '#lib/address.ts'
import { allowanceOf } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'

const windowSeconds = 60
/** So many counters at most, whoever calls: callers share them by a hash that nobody outside can work out. */
const counters = 2 ** 17
const salt = randomBytes(16)

/** It only counts: how many are allowed depends on who calls. */
const counter = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: windowSeconds })

const counterOf = (subscriber: string): number =>
  createHash('sha256').update(salt).update(subscriber).digest().readUInt32BE() % counters

/** At most so many calls a minute and address, in this process's memory; every answer says what is left. Throws `limit`. */
export const rateLimit: MiddlewareHandler = async (c, next) => {
  const address = lastHop(c.req.header('x-forwarded-for'))
  const allowed = allowanceOf(address).callsPerMinute
  const { consumedPoints: used, msBeforeNext } = await counter.consume(counterOf(subscriberOf(address)))
  const resets = Math.max(1, Math.ceil(msBeforeNext / 1_000))
  c.header('ratelimit', `"default";r=${Math.max(0, allowed - used)};t=${resets}`)
  c.header('ratelimit-policy', `"default";q=${allowed};w=${windowSeconds}`)
  if (used > allowed) throw new AppError('limit', 'too_many_requests', { retryAfterSeconds: resets })
  await next()
}
