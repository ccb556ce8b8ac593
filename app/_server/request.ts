import { headers } from 'next/headers'
import { lastHop } from '#lib/address.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { isOwnOrigin } from '#lib/origin.ts'

/** The request's id, made or taken on by the server and the proxy, and the address as scripts/web.ts sees it. */
export async function requestMeta(): Promise<{ requestId: string; address: string }> {
  const asked = await headers()
  return {
    requestId: asked.get('x-request-id') ?? newId(),
    address: lastHop(asked.get('x-forwarded-for')),
  }
}

/**
 * Throws `forbidden` unless the request comes from a page of ours. Next lets a missing Origin through; a form of ours
 * never lacks it.
 */
export async function sameOriginOrThrow(): Promise<void> {
  const asked = await headers()
  // The name that people called; only a trusted proxy can say another than the one that reached us.
  const host = asked.get('x-forwarded-host') ?? asked.get('host') ?? ''
  if (!isOwnOrigin(asked.get('origin'), host, env().PUBLIC_URL)) throw new AppError('forbidden', 'other_origin')
}
