import { createHmac, timingSafeEqual } from 'node:crypto'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { isId } from '#lib/ids.ts'

const kinds = ['hold', 'appointment', 'link'] as const

/** What a guest may do, and to which row: nothing of it is stored; raising the row's version revokes it. */
export type Capability = {
  /** `hold`: confirm or give it back. `appointment`: read, move, cancel. `link`: the mailed one, day and place only. */
  kind: (typeof kinds)[number]
  tenantId: string
  id: string
  version: number
  /** Whole seconds. */
  expiresAt: Date
}

const sign = (payload: string): Buffer =>
  createHmac('sha256', Buffer.from(env().CAPABILITY_KEY, 'hex')).update(payload).digest()

/** The token of a capability, fit for a URL: `v1.kind.tenant.id.version.exp.signature`. The same one each time. */
export function mintCapability({ kind, tenantId, id, version, expiresAt }: Capability): string {
  const payload = ['v1', kind, tenantId, id, version, Math.floor(expiresAt.getTime() / 1000)].join('.')
  return `${payload}.${sign(payload).toString('base64url')}`
}

/**
 * Reads a token, of one of `allowed` kinds. Throws `not_found` for anything else: forged, cut, expired by `now`, of
 * another kind; a caller learns nothing about which.
 */
export function readCapability(token: string, allowed: readonly Capability['kind'][], now: Date): Capability {
  const parts = token.length <= 400 ? token.split('.') : []
  const [v, kind, tenantId = '', id = '', version = '', exp = '', signature = ''] = parts
  const payload = parts.slice(0, 6).join('.')
  // Compared as text: decoding would pass over letters that are none and over the last one's spare bits.
  const given = Buffer.from(signature)
  const wanted = Buffer.from(sign(payload).toString('base64url'))
  const genuine = parts.length === 7 && given.length === wanted.length && timingSafeEqual(given, wanted)
  const expiresAt = new Date(Number(exp) * 1000)
  const known = kinds.find((candidate) => candidate === kind)
  if (
    !genuine ||
    v !== 'v1' ||
    !known ||
    !allowed.includes(known) ||
    !isId(tenantId) ||
    !isId(id) ||
    !(expiresAt > now)
  ) {
    throw new AppError('not_found', 'link_unknown')
  }
  return { kind: known, tenantId, id, version: Number(version), expiresAt }
}
