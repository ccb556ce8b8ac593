import { createHmac, timingSafeEqual } from 'node:crypto'
import { capabilityKeys } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import { isId } from '#lib/ids.ts'

const kinds = ['hold', 'appointment', 'link', 'mailed'] as const

/** What a guest may do, and to which row: nothing of it is stored; raising the row's version revokes it. */
export type Capability = {
  /**
   * `hold`: confirm or give it back. `appointment`: read, move, cancel. `link`: day and place, until the birth date is given;
   * handed to whoever booked. `mailed`: the same, sent by mail and nowhere else, so it proves whose the mailbox is.
   */
  kind: (typeof kinds)[number]
  tenantId: string
  id: string
  version: number
  /** Whole seconds. */
  expiresAt: Date
}

const sign = (payload: string, key: Buffer): string => createHmac('sha256', key).update(payload).digest('base64url')

/** Compared as text: decoding would pass over letters that are none and over the last one's spare bits. */
function isSigned(payload: string, signature: string, key: Buffer): boolean {
  const given = Buffer.from(signature)
  const wanted = Buffer.from(sign(payload, key))
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

/** The token of a capability, fit for a URL: `v1.kind.tenant.id.version.exp.signature`. The same one each time under one key. */
export function mintCapability({ kind, tenantId, id, version, expiresAt }: Capability): string {
  const payload = ['v1', kind, tenantId, id, version, Math.floor(expiresAt.getTime() / 1000)].join('.')
  return `${payload}.${sign(payload, capabilityKeys().current)}`
}

/**
 * Reads a token, of one of `allowed` kinds, signed with any key that is accepted. Throws `not_found` for anything else:
 * forged, cut, expired by `now`, of another kind; a caller learns nothing about which.
 */
export function readCapability(token: string, allowed: readonly Capability['kind'][], now: Date): Capability {
  const parts = token.length <= 400 ? token.split('.') : []
  const [v, kind, tenantId = '', id = '', version = '', exp = '', signature = ''] = parts
  const payload = parts.slice(0, 6).join('.')
  const genuine = parts.length === 7 && capabilityKeys().accepted.some((key) => isSigned(payload, signature, key))
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
