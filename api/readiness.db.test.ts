import { expect, test } from 'vitest'
import { withGuest, withRelay } from '#db/doors.ts'
import { aListing, anyone, visitor } from '#db/testing/fixtures.ts'
import { hangingWayTo } from '#db/testing/hanging.ts'
import { hold } from '#domain/booking/hold.ts'
import { changeEnv, env } from '#lib/env.ts'
import { readiness } from './readiness.ts'

/** A sign of life `seconds` old, saying `details`. */
const beat = (seconds: number, details: object) =>
  withRelay(
    (tx) => tx.sql`
      insert into heartbeat (name, at, details) values ('worker', clock_timestamp() - make_interval(secs => ${seconds}), ${tx.sql.json({ relay: 'active', waiting: 0, oldestSeconds: 0, untold: 0, oldestUntoldSeconds: 0, dead: 0, ...details })})
      on conflict (name) do update set at = excluded.at, details = excluded.details`,
  )

/** As it is now: an answer is kept for a second otherwise. */
const look = () => readiness(0)
const good = { temporal: 'up', mail: 'up' }
const statesOf = ({ parts }: Awaited<ReturnType<typeof readiness>>) =>
  Object.fromEntries(Object.entries(parts).map(([name, { state }]) => [name, state]))
const up = { database: 'up', migrations: 'up', worker: 'up', temporal: 'up', mail: 'up' }

test('everything up, each part with its latency', async () => {
  await beat(0, good)
  const answer = await look()
  expect(answer.status).toBe('up')
  expect(statesOf(answer)).toEqual(up)
  for (const part of Object.values(answer.parts)) expect(part.latencyMs).toEqual(expect.any(Number))
})

test.each([
  ['a silent worker', 31, good, { worker: 'degraded', temporal: 'degraded', mail: 'degraded' }],
  ['a message that was put aside', 0, { ...good, dead: 1 }, { worker: 'degraded' }],
  ['a message that is late', 0, { ...good, untold: 1, oldestUntoldSeconds: 301 }, { worker: 'degraded' }],
  ['a login that somebody changed', 0, { ...good, alteredLogins: 'medley_web' }, { worker: 'degraded' }],
  ['a policy that is gone', 0, { ...good, alteredPolicies: 'public.listing: public_select' }, { worker: 'degraded' }],
  ['no Temporal', 0, { ...good, temporal: 'away' }, { temporal: 'degraded' }],
  ['no mail server', 0, { ...good, mail: 'off' }, { mail: 'degraded' }],
])('%s is degraded, not down', async (_name, seconds, details, expected) => {
  await beat(seconds, details)
  const answer = await look()
  expect(answer.status).toBe('degraded')
  expect(statesOf(answer)).toEqual({ ...up, ...expected })
})

test('while a database saves nothing and can be searched it is degraded, until something is saved', async () => {
  await beat(0, good)
  const clinic = await aListing()
  const take = (isReadOnly: boolean) =>
    withGuest(visitor(clinic), async (tx) => {
      if (isReadOnly) await tx.sql.unsafe('set transaction read only')
      return hold(tx, { listingId: clinic.listingId, serviceId: clinic.serviceId, startsAt: clinic.at }, anyone())
    })
  await expect(take(true)).rejects.toMatchObject({ code: 'unavailable' })
  const full = await look()
  expect(full.status).toBe('degraded')
  expect(full.parts.database).toMatchObject({ state: 'degraded', detail: 'no room to save anything' })
  await take(false)
  expect((await look()).parts.database.state).toBe('up')
})

test('it tells how long the oldest message has not been sent', async () => {
  await beat(0, { ...good, untold: 2_150, oldestUntoldSeconds: 83 })
  expect((await look()).parts.worker).toMatchObject({ state: 'up', untold: 2_150, oldestUntoldSeconds: 83 })
})

test('without the database it is down', async () => {
  const url = env().DATABASE_URL
  changeEnv({ DATABASE_URL: 'postgres://medley_web:x@127.0.0.1:1/none' })
  const answer = await look()
  changeEnv({ DATABASE_URL: url })
  expect(answer.status).toBe('down')
  expect(answer.parts.database.state).toBe('down')
})

test('a database that hangs is down too, and the answer comes all the same', async () => {
  await beat(0, good)
  const url = env().DATABASE_URL
  const way = await hangingWayTo(url)
  changeEnv({ DATABASE_URL: way.url })
  expect((await look()).status).toBe('up')
  way.hang()
  const answer = await look()
  changeEnv({ DATABASE_URL: url })
  way.close()
  expect(answer.status).toBe('down')
  expect(answer.parts).toMatchObject({ database: { state: 'down' }, worker: { state: 'degraded' } })
})
