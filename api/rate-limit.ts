import { createHash, randomBytes } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { lastHop, subscriberOf } from '#lib/address.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'

const windowSeconds = 60
/** So many counters at most, whoever calls: callers share them by a hash that nobody outside can work out. */
const counters = 2 ** 17
const salt = randomBytes(16)

let limiter: RateLimiterMemory | undefined
const theLimiter = (): RateLimiterMemory => {
  limiter ??= new RateLimiterMemory({ points: env().RATE_LIMIT_PER_MINUTE, duration: windowSeconds })
  return limiter
}

const counterOf = (subscriber: string): number =>
  createHash('sha256').update(salt).update(subscriber).digest().readUInt32BE() % counters

/**
 * At most RATE_LIMIT_PER_MINUTE calls a minute and address, in this process's memory; every answer says what is left.
 * Throws `limit` with Retry-After.
 */
export const rateLimit: MiddlewareHandler = async (c, next) => {
  const used = await theLimiter()
    .consume(counterOf(subscriberOf(lastHop(c.req.header('x-forwarded-for')))))
    .catch((refused: unknown) => {
      if (refused instanceof RateLimiterRes) return refused
      throw refused
    })
  const resets = Math.max(1, Math.ceil(used.msBeforeNext / 1_000))
  c.header('ratelimit', `"default";r=${used.remainingPoints};t=${resets}`)
  c.header('ratelimit-policy', `"default";q=${env().RATE_LIMIT_PER_MINUTE};w=${windowSeconds}`)
  if (used.consumedPoints > env().RATE_LIMIT_PER_MINUTE) {
    throw new AppError('limit', 'too_many_requests', { retryAfterSeconds: resets })
  }
  await next()
}
