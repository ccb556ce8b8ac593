import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { changeEnv } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import { testSettings } from '#scripts/test/settings.ts'
import type { GuestActor, StaffActor, SystemActor, TenantActor } from './actor.ts'
import { databaseNow, mintContext, signContext } from './context.ts'
import { installContextKey, parseContextKey } from './context-key.ts'
import { Pool } from './pool.ts'
import { rehearse } from './proof/rehearse.ts'

let admin: postgres.Sql
let web: Pool
let ownerUrl: string

beforeAll(async () => {
  const urls = await ownDatabase('context')
  admin = postgres(urls.admin, { max: 1, onnotice: () => {} })
  web = new Pool(urls.web, { max: 1 })
  ownerUrl = urls.owner
})
afterEach(() => changeEnv({ CONTEXT_KEY: testSettings.CONTEXT_KEY }))
afterAll(async () => {
  await admin.end()
  await web.end()
})

const tenantId = newId()
const requestId = newId()
const staff: StaffActor = {
  kind: 'staff',
  tenantId,
  personId: newId(),
  role: 'scheduler',
  sessionId: newId(),
  requestId,
}
const guest: GuestActor = {
  kind: 'guest',
  tenantId,
  requestId,
  capability: { kind: 'link', tenantId, id: newId(), version: 7, expiresAt: new Date(0) },
}
const system: SystemActor = { kind: 'system', tenantId, purpose: 'test', requestId }

const seconds = async (): Promise<number> => {
  const [row] = await admin<{ s: number }[]>`select extract(epoch from clock_timestamp())::float8 as s`
  return row?.s ?? 0
}

/** What the staff door's role is told of each token: `ok`, or the SQLSTATE. */
const verdicts = (tokens: string[]): Promise<string[]> =>
  rehearse(admin, async (tx) => {
    await tx.unsafe(`create function pg_temp.verdict(token text) returns text language plpgsql as $$
      begin
        perform set_config('medley.context', token, true);
        perform ctx.claims();
        return 'ok';
      exception when others then return sqlstate;
      end $$`)
    await tx`set local role medley_staff`
    const rows = await tx<{ verdict: string }[]>`
      select pg_temp.verdict(t.token) as verdict from unnest(${tokens}::text[]) with ordinality t(token, n) order by n`
    return rows.map(({ verdict }) => verdict)
  })

const verdict = async (token: string): Promise<string | undefined> => (await verdicts([token]))[0]
const fresh = async (actor: TenantActor = staff, forSeconds = 60) => signContext(actor, (await seconds()) + forSeconds)

test('what is signed is what the policies are told, each claim in its place', async () => {
  const told = async (role: string, token: string) =>
    rehearse(web, async (tx) => {
      await tx`select set_config('role', ${role}, true), set_config('medley.context', ${token}, true)`
      const [row] = await tx`
        select ctx.scope() as scope, ctx.tenant() as tenant, ctx.person() as person, ctx.role() as role, ctx.grant_id() as "grantId",
          ctx.grant_kind() as "grantKind", ctx.grant_version() as "grantVersion", ctx.request_id() as "requestId"`
      return row
    })
  const nothing = { person: null, role: null, grantId: null, grantKind: null, grantVersion: null }
  expect(await told('medley_staff', await mintContext(web, staff))).toEqual({
    ...nothing,
    scope: 'staff',
    tenant: tenantId,
    person: staff.personId,
    role: 'scheduler',
    requestId,
  })
  expect(await told('medley_guest', await mintContext(web, guest))).toEqual({
    ...nothing,
    scope: 'guest',
    tenant: tenantId,
    grantId: guest.capability.id,
    grantKind: 'link',
    grantVersion: 7,
    requestId,
  })
  const [, body = ''] = (await mintContext(web, { ...system, requestId: `a|b|${requestId}` })).split('.')
  expect(Buffer.from(body, 'base64').toString().split('|')).toHaveLength(11)
})

test('a context with any one bit changed, anywhere, is refused with 28000', async () => {
  const token = await fresh(guest)
  const changed: string[] = []
  for (let at = 0; at < token.length; at += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      changed.push(token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) ^ (1 << bit)) + token.slice(at + 1))
    }
  }
  expect(changed.length).toBeGreaterThan(2_000)
  const wrong = (await verdicts(changed)).flatMap((got, at) => (got === '28000' ? [] : [`${got}: ${changed[at]}`]))
  expect(wrong).toEqual([])
  expect(await verdict(token)).toBe('ok')
})

test('a context that is missing, cut, lengthened or mixed from two is refused with 28000', async () => {
  const [one, two] = [await fresh(staff), await fresh({ ...staff, role: 'owner' })]
  const [kid, body] = one.split('.')
  const [, , signature] = two.split('.')
  const cut = Array.from({ length: one.length }, (_, at) => one.slice(0, at))
  const odd = [
    '..',
    `${kid}.${body}.${signature}`,
    `${one}.`,
    `${one}0`,
    `.${one}`,
    `${one}.${one}`,
    'ünïcode.ツ.💥',
    ' ',
  ]
  expect(new Set(await verdicts([...cut, ...odd]))).toEqual(new Set(['28000']))
  expect(await verdicts([one, two])).toEqual(['ok', 'ok'])
})

test('a context ends at its second, also in the middle of a transaction', async () => {
  const now = await seconds()
  expect(await verdicts([signContext(staff, now - 0.001), signContext(staff, now - 3_600)])).toEqual(['28000', '28000'])
  const endless = [now + 3_600, Number.NaN, Number.POSITIVE_INFINITY].map((expiry) => signContext(staff, expiry))
  expect(await verdicts(endless)).toEqual(['28000', '28000', '28000'])
  const short = signContext(staff, (await seconds()) + 0.3)
  await rehearse(admin, async (tx) => {
    await tx`select set_config('role', 'medley_staff', true), set_config('medley.context', ${short}, true)`
    await tx`select ctx.tenant('staff')`
    await sleep(350)
    await expect(tx.savepoint((sp) => sp`select ctx.tenant('staff')`)).rejects.toMatchObject({ code: '28000' })
  })
})

test('a context at another scope’s door is refused with 28000', async () => {
  const token = await fresh(staff)
  const asked = rehearse(web, async (tx) => {
    await tx`select set_config('role', 'medley_guest', true), set_config('medley.context', ${token}, true)`
    await tx`select ctx.tenant('guest')`
  })
  await expect(asked).rejects.toMatchObject({ code: '28000' })
})

test('an unknown kid is refused, and a known kid with another secret too', async () => {
  changeEnv({ CONTEXT_KEY: `stranger:${'c0'.repeat(32)}` })
  expect(await verdict(await fresh())).toBe('28000')
  changeEnv({ CONTEXT_KEY: `test:${'c1'.repeat(32)}` })
  expect(await verdict(await fresh())).toBe('28000')
})

test('two keys live side by side while one follows the other', async () => {
  const next = `next:${'d1'.repeat(32)}`
  const asNow = () => fresh(system)
  const asNext = async () => {
    changeEnv({ CONTEXT_KEY: next })
    const token = await fresh(system)
    changeEnv({ CONTEXT_KEY: testSettings.CONTEXT_KEY })
    return token
  }
  expect(await verdicts([await asNow(), await asNext()])).toEqual(['ok', '28000'])

  await installContextKey(ownerUrl, parseContextKey(next))
  expect(await verdicts([await asNow(), await asNext()])).toEqual(['ok', 'ok'])

  await installContextKey(ownerUrl, parseContextKey(next), new Date(((await seconds()) + 1) * 1000))
  const [before, after] = [await asNow(), await asNext()]
  expect(await verdicts([before, after])).toEqual(['ok', 'ok'])
  await sleep(1_050)
  expect(await verdicts([before, await asNow(), after])).toEqual(['28000', '28000', 'ok'])

  await installContextKey(ownerUrl, parseContextKey(testSettings.CONTEXT_KEY))
  expect(await verdict(await asNow())).toBe('ok')
})

test('neither a login nor a door reads the keys, and a malformed key is refused before it is used', async () => {
  await expect(web.ask((sql) => sql`select * from ctx.key`)).rejects.toMatchObject({ code: '42501' })
  await expect(web.ask((sql) => sql`set role medley_ctx`)).rejects.toMatchObject({ code: '42501' })
  const asked = rehearse(web, async (tx) => {
    await tx`set local role medley_staff`
    await tx`select secret from ctx.key`
  })
  await expect(asked).rejects.toMatchObject({ code: '42501' })
  for (const key of [
    '',
    'kid',
    `kid:${'c0'.repeat(31)}`,
    `KID:${'c0'.repeat(32)}`,
    `a:b:${'c0'.repeat(32)}`,
    `kid:${'zz'.repeat(32)}`,
  ]) {
    expect(() => parseContextKey(key), key).toThrow('kid:hex')
  }
})

test('a process whose clock is ten minutes off signs contexts that hold: the database’s time counts', async () => {
  for (const minutes of [-10, 10]) {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + minutes * 60_000 })
    try {
      expect(await verdict(await mintContext(web, staff))).toBe('ok')
      const apart = (await databaseNow(web)).getTime() / 1000 - (await seconds())
      expect(Math.abs(apart)).toBeLessThan(1)
    } finally {
      vi.useRealTimers()
    }
  }
})
