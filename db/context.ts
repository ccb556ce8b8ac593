import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { env } from '#lib/env.ts'
import type { TenantActor } from './actor.ts'
import type { Connection } from './connection.ts'
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
  const now = await databaseClock(pool)
  return new Date(now() * 1000)
}

/** Tells the present instant by the database's clock, in epoch seconds, as long as it is used within a minute. */
export async function databaseClock(pool: Pool): Promise<() => number> {
  const { databaseMs, takenAt } = await clockReading(pool)
  return () => (databaseMs + performance.now() - takenAt) / 1000
}

/**
 * The token with which one transaction on `connection` takes on the context of an actor (`ctx.enter`). It is good for one entry
 * there, until a minute after `now` (epoch seconds by the database's clock).
 */
export function mintEntry(
  connection: Pick<Connection, 'pid' | 'nextEntry' | 'hasEntered'>,
  actor: TenantActor,
  now: number,
): string {
  const entry = [connection.pid, connection.nextEntry, connection.hasEntered ? '' : 'first']
  connection.nextEntry += 1
  connection.hasEntered = true
  const { kid, key } = signingKey(env().CONTEXT_KEY)
  const claims = [...claimsOf(actor), now + lifetimeSeconds, ...entry]
  const body = `${kid}.${Buffer.from(claims.join('|')).toString('base64')}`
  return `${body}.${createHmac('sha256', key).update(`enter.${body}`).digest('hex')}`
}

let signing: { text: string; kid: string; key: KeyObject } | undefined

/** The key as the cipher wants it, made once for as long as the setting stays. */
function signingKey(text: string): { kid: string; key: KeyObject } {
  if (signing?.text === text) return signing
  const { kid, secret } = parseContextKey(text)
  signing = { text, kid, key: createSecretKey(secret, 'hex') }
  return signing
}

/** The first ten claims, in the places that `ctx.claims` tells. */
export function claimsOf(actor: TenantActor): (string | number)[] {
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
