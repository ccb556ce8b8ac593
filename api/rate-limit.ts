import type { MiddlewareHandler } from 'hono'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'

const windowSeconds = 60

let limiter: RateLimiterMemory | undefined
const theLimiter = (): RateLimiterMemory => {
  limiter ??= new RateLimiterMemory({ points: env().RATE_LIMIT_PER_MINUTE, duration: windowSeconds })
  return limiter
}

/** The address of the caller as scripts/web.ts sees it: the last hop, which no client can write. */
export const addressOf = (forwarded: string | undefined): string => forwarded?.split(',').at(-1)?.trim() || 'unknown'

/** At most RATE_LIMIT_PER_MINUTE calls a minute and address, in this process's memory. Throws `limit` with Retry-After. */
export const rateLimit: MiddlewareHandler = async (c, next) => {
  const used = await theLimiter()
    .consume(addressOf(c.req.header('x-forwarded-for')))
    .catch((refused: unknown) => {
      if (!(refused instanceof RateLimiterRes)) throw refused
      const retryAfterSeconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1_000))
      throw new AppError('limit', 'too_many_requests', { retryAfterSeconds })
    })
  await next()
  const resets = Math.ceil(used.msBeforeNext / 1_000)
  c.header('ratelimit', `"default";r=${used.remainingPoints};t=${resets}`)
  c.header('ratelimit-policy', `"default";q=${env().RATE_LIMIT_PER_MINUTE};w=${windowSeconds}`)
}
