import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#lib/ids.ts'
import { testDatabase } from '#scripts/test/database.ts'
import type { GuestActor } from './actor.ts'
import { type GuestTx, type StaffTx, withGuest, withStaff } from './doors.ts'
import { answered, type OnceKey, once } from './idempotency.ts'
import { closePools } from './pool.ts'
import { asOwner, aTenant, guestOf, type TenantFixture } from './testing/fixtures.ts'

let clinic: TenantFixture
let other: TenantFixture

beforeAll(async () => {
  clinic = await aTenant()
  other = await aTenant()
})
afterAll(closePools)

const aKey = (): string => `key-${newId()}`
const aGuest = (tenant = clinic, kind: 'hold' | 'appointment' = 'appointment'): GuestActor =>
  guestOf({ tenantId: tenant.tenantId, id: newId(), kind })

let worked = 0
/** Work that is different each time it is done, so that a replay is told from doing it again. As each verb it asks Postgres first. */
const work = async (tx: GuestTx | StaffTx) => {
  await tx.sql`select 1`
  worked += 1
  return { times: worked, zeta: 1, alpha: 'é "quoted"\n', none: null, deep: { list: [3, 1, 2] } }
}

const asGuest = (guest: GuestActor, key: OnceKey, doing: (tx: GuestTx) => Promise<Record<string, unknown>> = work) =>
  withGuest(guest, (tx) => once(tx, key, () => doing(tx)))

test('a replay gets the first answer, byte for byte, and the work is not done again', async () => {
  const [guest, key] = [aGuest(), aKey()]
  const body = { startsAt: '2030-01-02T09:00:00.000Z', reason: 'moved' }
  const first = await asGuest(guest, { route: 'reschedule', key, body })
  const before = worked
  for (let n = 0; n < 5; n += 1) {
    const replay = await asGuest(guest, {
      route: 'reschedule',
      key,
      body: { reason: 'moved', startsAt: body.startsAt },
    })
    expect(JSON.stringify(replay)).toBe(JSON.stringify(first))
  }
  expect(worked).toBe(before)
})

test('another body under the key is idempotency_mismatch (422), and the first answer stays', async () => {
  const [guest, key] = [aGuest(), aKey()]
  const first = await asGuest(guest, { route: 'cancel', key, body: { reason: 'a' } })
  const before = worked
  for (const body of [{ reason: 'b' }, { reason: 'a', more: null }, {}, null, [], 'a', { reason: ['a'] }]) {
    const error = await asGuest(guest, { route: 'cancel', key, body }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'idempotency_mismatch' })
  }
  expect(worked).toBe(before)
  expect(await asGuest(guest, { route: 'cancel', key, body: { reason: 'a' } })).toEqual(first)
})

test('a refusal rolls the key back: the next try is a first one, whatever its body', async () => {
  const [guest, key] = [aGuest(), aKey()]
  const refused = asGuest(guest, { route: 'confirm', key, body: 1 }, () => Promise.reject(new Error('refused')))
  await expect(refused).rejects.toThrow('refused')
  const before = worked
  await asGuest(guest, { route: 'confirm', key, body: 2 })
  expect(worked).toBe(before + 1)
})

test('of twins at once one works and the other waits for its answer', async () => {
  const [guest, key] = [aGuest(), aKey()]
  const begun = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const before = worked
  const first = asGuest(guest, { route: 'confirm', key, body: 1 }, async (tx) => {
    await tx.sql`select 1`
    begun.resolve()
    await finish.promise
    return work(tx)
  })
  await begun.promise
  let answered = 0
  const twins = Array.from({ length: 5 }, async () => {
    const answer = await asGuest(guest, { route: 'confirm', key, body: 1 })
    answered += 1
    return answer
  })
  await sleep(150)
  expect(answered).toBe(0)
  finish.resolve()
  const answers = await Promise.all([first, ...twins])
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(worked).toBe(before + 1)
})

test('a twin of one that is refused works itself', async () => {
  const [guest, key] = [aGuest(), aKey()]
  const begun = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const first = asGuest(guest, { route: 'confirm', key, body: 1 }, async (tx) => {
    await tx.sql`select 1`
    begun.resolve()
    await finish.promise
    throw new Error('refused')
  })
  await begun.promise
  const before = worked
  const twin = asGuest(guest, { route: 'confirm', key, body: 1 })
  finish.resolve()
  await expect(first).rejects.toThrow('refused')
  expect(await twin).toMatchObject({ times: before + 1 })
})

test('a twin that has waited too long is unavailable (503) and may ask again', async () => {
  const [guest, key] = [aGuest(), aKey()]
  const begun = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const first = asGuest(guest, { route: 'confirm', key, body: 1 }, async (tx) => {
    await tx.sql`select 1`
    begun.resolve()
    await finish.promise
    return work(tx)
  })
  await begun.promise
  const impatient = withGuest(guest, async (tx) => {
    await tx.sql`set local lock_timeout = '50ms'`
    return once(tx, { route: 'confirm', key, body: 1 }, () => work(tx))
  })
  await expect(impatient).rejects.toMatchObject({ code: 'unavailable', details: { retryAfterSeconds: 2 } })
  finish.resolve()
  expect(await asGuest(guest, { route: 'confirm', key, body: 1 })).toEqual(await first)
})

test('another caller’s key is unknown: another row, person, tenant, route', async () => {
  const key = aKey()
  const { scheduler, owner } = clinic.staff
  const asStaff = (actor: TenantFixture['staff']['owner']) =>
    withStaff(actor, (tx: StaffTx) => once(tx, { route: 'cancel', key, body: 1 }, () => work(tx)))
  // The same person at two clinics.
  const elsewhere = { ...owner, tenantId: other.tenantId }
  await asOwner(
    (tx) => tx`insert into membership ${tx({ tenant_id: other.tenantId, person_id: owner.personId, role: 'owner' })}`,
  )
  const guest = aGuest()
  const answers = [
    await asGuest(guest, { route: 'cancel', key, body: 1 }),
    await asGuest(guest, { route: 'reschedule', key, body: 1 }),
    await asGuest(aGuest(), { route: 'cancel', key, body: 1 }),
    await asGuest(aGuest(other), { route: 'cancel', key, body: 1 }),
    await asStaff(scheduler),
    await asStaff(owner),
    await asStaff(other.staff.owner),
    await asStaff(elsewhere),
  ]
  expect(new Set(answers.map(({ times }) => times)).size).toBe(answers.length)
})

test('a hold’s key counts for whoever asks: they get the first answer again, anyone else’s key is another key', async () => {
  const key = aKey()
  const asked = (caller: string, body: unknown, tenant = clinic) =>
    asGuest(aGuest(tenant, 'hold'), { route: 'hold', key, body, caller })
  // Whoever squats the key first changes nothing for its owner.
  const squatted = await asked('squatter', 2)
  const first = await asked('owner', 1)
  expect(first).not.toEqual(squatted)
  expect(await asked('owner', 1)).toEqual(first)
  expect(await asked('squatter', 2)).toEqual(squatted)
  await expect(asked('owner', 2, other)).rejects.toMatchObject({ code: 'idempotency_mismatch' })
  await expect(asked('', 1)).rejects.toMatchObject({ code: '22004' })
})

test('an answer is found again by its key without the body, by the same guest only', async () => {
  const [guest, key] = [aGuest(), aKey()]
  const find = (who: GuestActor, wanted: string) =>
    withGuest(who, (tx) => answered(tx, { route: 'confirm', key: wanted }))
  expect(await find(guest, key)).toBeUndefined()
  const first = await asGuest(guest, { route: 'confirm', key, body: 1 })
  expect(await find(guest, key)).toEqual(first)
  expect(await find(guest, aKey())).toBeUndefined()
  expect(await find(aGuest(), key)).toBeUndefined()
})

test('keys of 16 to 255 characters are taken, others are bad_request', async () => {
  const guest = aGuest()
  for (const length of [16, 255]) await asGuest(guest, { route: 'cancel', key: 'k'.repeat(length), body: 1 })
  for (const length of [0, 15, 256, 100_000]) {
    const refused = asGuest(guest, { route: 'cancel', key: 'k'.repeat(length), body: 1 })
    await expect(refused).rejects.toMatchObject({ code: 'bad_request' })
  }
})

test('a stored answer cannot be written over, and neither key nor body is kept as it came', async () => {
  const [guest, key] = [aGuest(), aKey()]
  const body = { secret: 'canary' }
  const first = await asGuest(guest, { route: 'cancel', key, body })
  await withGuest(guest, async (tx) => {
    const keyHash = createHash('sha256').update(key).digest('base64url')
    await tx.sql`select kernel.once_store('cancel', ${keyHash}, '{"forged":true}', null)`
  })
  expect(await asGuest(guest, { route: 'cancel', key, body })).toEqual(first)
  await expect(withGuest(guest, (tx) => tx.sql`select * from idempotency`)).rejects.toMatchObject({ code: '42501' })

  const admin = postgres((await testDatabase()).admin, { max: 1 })
  const rows = await admin<
    { row: string }[]
  >`select to_json(i)::text as row from idempotency i where scope like ${`%${guest.capability.id}%`}`
  await admin.end()
  expect(rows).toHaveLength(1)
  expect(rows[0]?.row).not.toMatch(new RegExp(`canary|${key}`))
})
