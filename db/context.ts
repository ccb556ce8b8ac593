import { createHmac } from 'node:crypto'
import type postgres from 'postgres'
import { env } from '#lib/env.ts'
import type { TenantActor } from './actor.ts'
import { parseContextKey } from './context-key.ts'

const lifetimeSeconds = 60
const offsetGoodForMs = 60_000

type Offset = { ms: number; readAt: number }
const offsets = new WeakMap<postgres.Sql, Promise<Offset>>()

/** How far the database's clock is ahead of this process's, in milliseconds; read at most once a minute per pool. */
async function clockOffset(pool: postgres.Sql): Promise<number> {
  const known = offsets.get(pool)
  if (known !== undefined) {
    const offset = await known.catch(() => undefined)
    if (offset && performance.now() - offset.readAt < offsetGoodForMs) return offset.ms
  }
  const reading = readOffset(pool)
  offsets.set(pool, reading)
  return (await reading).ms
}

async function readOffset(pool: postgres.Sql): Promise<Offset> {
  const before = Date.now()
  const [row] = await pool<{ ms: number }[]>`select extract(epoch from clock_timestamp())::float8 * 1000 as ms`
  const middle = (before + Date.now()) / 2
  return { ms: (row?.ms ?? middle) - middle, readAt: performance.now() }
}

/** The instant by the database's clock, which is the one that decides. */
export const databaseNow = async (pool: postgres.Sql): Promise<Date> => new Date(Date.now() + (await clockOffset(pool)))

/** The token that tells Postgres for whom one transaction acts, good for a minute of the database's time. */
export async function mintContext(pool: postgres.Sql, actor: TenantActor): Promise<string> {
  const now = await databaseNow(pool)
  return signContext(actor, now.getTime() / 1000 + lifetimeSeconds)
}

/** Signs the claims of an actor until `expiry` (epoch seconds), in the places that `ctx.claims()` reads. */
export function signContext(actor: TenantActor, expiry: number): string {
  const { kid, secret } = parseContextKey(env().CONTEXT_KEY)
  const body = `${kid}.${Buffer.from([...claimsOf(actor), expiry].join('|')).toString('base64')}`
  return `${body}.${createHmac('sha256', Buffer.from(secret, 'hex')).update(body).digest('hex')}`
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
