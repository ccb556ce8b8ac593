import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { env } from '#lib/env.ts'
import type { TenantActor } from './actor.ts'
import { parseContextKey } from './context-key.ts'
import type { Pool } from './pool.ts'

const lifetimeSeconds = 60
const readingGoodForMs = 60_000

/** What the database's clock said, and when by a clock of ours that nobody sets. */
type Reading = { databaseMs: number; takenAt: number }
const readings = new WeakMap<Pool, Promise<Reading>>()

/** Read at most once a minute per pool. */
async function clockReading(pool: Pool): Promise<Reading> {
  const known = readings.get(pool)
  if (known !== undefined) {
    const reading = await known.catch(() => undefined)
    if (reading && performance.now() - reading.takenAt < readingGoodForMs) return reading
  }
  const fresh = readClock(pool)
  readings.set(pool, fresh)
  return fresh
}

async function readClock(pool: Pool): Promise<Reading> {
  const before = performance.now()
  const [row] = await pool.ask(
    (sql) => sql<{ ms: number }[]>`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`,
  )
  if (row === undefined) throw new Error('The database did not tell the time.')
  return { databaseMs: row.ms, takenAt: (before + performance.now()) / 2 }
}

/** The instant by the database's clock, which is the one that decides; setting this machine's clock changes nothing. */
export async function databaseNow(pool: Pool): Promise<Date> {
  const { databaseMs, takenAt } = await clockReading(pool)
  return new Date(databaseMs + performance.now() - takenAt)
}

/** The token that tells Postgres for whom one transaction acts, good for a minute of the database's time. */
export async function mintContext(pool: Pool, actor: TenantActor): Promise<string> {
  const now = await databaseNow(pool)
  return signContext(actor, now.getTime() / 1000 + lifetimeSeconds)
}

/** Signs the claims of an actor until `expiry` (epoch seconds), in the places that `ctx.claims()` reads. */
export function signContext(actor: TenantActor, expiry: number): string {
  const { kid, key } = signingKey(env().CONTEXT_KEY)
  const body = `${kid}.${Buffer.from([...claimsOf(actor), expiry].join('|')).toString('base64')}`
  return `${body}.${createHmac('sha256', key).update(body).digest('hex')}`
}

let signing: { text: string; kid: string; key: KeyObject } | undefined

/** The key as the cipher wants it, made once for as long as the setting stays. */
function signingKey(text: string): { kid: string; key: KeyObject } {
  if (signing?.text === text) return signing
  const { kid, secret } = parseContextKey(text)
  signing = { text, kid, key: createSecretKey(secret, 'hex') }
  return signing
}

function claimsOf(actor: TenantActor): (string | number)[] {
  const request = actor.requestId.replaceAll('|', '')
  switch (actor.kind) {
    case 'staff':
      return ['staff', actor.tenantId, actor.personId, actor.role, '', '', '', 1, actor.sessionId, request]
    case 'guest': {
      const { id, kind, version } = actor.capability
      return ['guest', actor.tenantId, '', '', id, kind, version, 0, '', request]
    }
    case 'system':
      return ['system', actor.tenantId, '', '', '', '', '', 0, '', request]
  }
}
