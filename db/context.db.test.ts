import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { changeEnv } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import { testSettings } from '#scripts/test/settings.ts'
import type { GuestActor, StaffActor, TenantActor } from './actor.ts'
import { databaseClock, databaseNow, mintEntry } from './context.ts'
import { installContextKey, parseContextKey } from './context-key.ts'
import { Pool } from './pool.ts'
import { contextIn, type Place, placeOf } from './proof/contexts.ts'
import { rehearse } from './proof/rehearse.ts'

let admin: postgres.Sql
let web: Pool
let adminUrl: string
let ownerUrl: string
let webUrl: string

beforeAll(async () => {
  const urls = await ownDatabase('context')
  adminUrl = urls.admin
  webUrl = urls.web
  admin = postgres(urls.admin, { max: 1, onnotice: () => {} })
  web = new Pool(urls.web, { max: 1 })
  ownerUrl = urls.owner
  const { tenantId, personId, sessionId, role } = staff
  await admin`insert into tenant (id, slug) values (${tenantId}, 'context')`
  await admin`insert into person (id, display_name) values (${personId}, 'Someone')`
  await admin`insert into membership (tenant_id, person_id, role) values (${tenantId}, ${personId}, ${role})`
  await admin`
    insert into session (id, secret_hash, person_id, expires_at)
    values (${sessionId}, ${randomBytes(32)}, ${personId}, now() + interval '1 hour')`
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

const pidOf = async (sql: postgres.ISql): Promise<number> =>
  (await sql<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]?.pid ?? 0

/** The name of a door's role, and what is run in it: gives `ok`, or the SQLSTATE, for each text. */
const verdicts = async (
  sql: postgres.ISql,
  texts: string[],
  take: "set_config('medley.context', text, true)" | 'ctx.enter(text)',
): Promise<string[]> => {
  await sql.unsafe(`create or replace function pg_temp.verdict(text text) returns text language plpgsql as $$
    begin
      perform ${take};
      perform ctx.claims();
      return 'ok';
    exception when others then return sqlstate;
    end $$`)
  await sql`set local role medley_staff`
  const rows = await sql<{ verdict: string }[]>`
    select pg_temp.verdict(t.text) as verdict from unnest(${texts}::text[]) with ordinality t(text, n) order by n`
  return rows.map(({ verdict }) => verdict)
}

/** What the staff door's role is told of each context, made for the transaction that it is tried in. */
const ofContexts = (make: (place: Place) => string[]): Promise<string[]> =>
  rehearse(admin, async (tx) => verdicts(tx, make(await placeOf(tx)), "set_config('medley.context', text, true)"))

/** The same of entry tokens, made for the connection that they are tried on, which is new. */
async function ofEntries(
  make: (mint: (actor?: TenantActor, secondsAgo?: number) => string) => string[],
): Promise<string[]> {
  const own = postgres(adminUrl, { max: 1, onnotice: () => {} })
  try {
    return await rehearse(own, async (tx) => {
      const { pid, expiry } = await placeOf(tx)
      const connection = { pid, nextEntry: 1, hasEntered: false }
      return verdicts(
        tx,
        make((actor = staff, ago = 0) => mintEntry(connection, actor, expiry - 60 - ago)),
        'ctx.enter(text)',
      )
    })
  } finally {
    await own.end()
  }
}

const verdict = async (): Promise<string | undefined> => (await ofEntries((mint) => [mint()]))[0]

/** A transaction of the web's, with an actor's context taken on as a door does it. */
const asActor = <T>(
  actor: TenantActor,
  work: (sql: postgres.ISql, token: string) => Promise<T>,
  { pool = web, role = 'medley_staff' } = {},
) =>
  databaseClock(web).then((now) =>
    pool.begin(
      async (sql, { connection }) => {
        const token = mintEntry(connection, actor, now())
        await sql`select ctx.enter(${token})`
        return work(sql, token)
      },
      { role },
    ),
  )

test('what is signed is what the policies are told, each claim in its place', async () => {
  const told = (role: string, actor: TenantActor) =>
    asActor(
      actor,
      async (tx) => {
        const [row] = await tx`
          select ctx.scope() as scope, ctx.tenant() as tenant, ctx.person() as person, ctx.role() as role, ctx.grant_id() as "grantId",
            ctx.grant_kind() as "grantKind", ctx.grant_version() as "grantVersion", ctx.request_id() as "requestId"`
        return row
      },
      { role },
    )
  const nothing = { person: null, role: null, grantId: null, grantKind: null, grantVersion: null }
  expect(await told('medley_staff', staff)).toEqual({
    ...nothing,
    scope: 'staff',
    tenant: tenantId,
    person: staff.personId,
    role: 'scheduler',
    requestId,
  })
  expect(await told('medley_guest', guest)).toEqual({
    ...nothing,
    scope: 'guest',
    tenant: tenantId,
    grantId: guest.capability.id,
    grantKind: 'link',
    grantVersion: 7,
    requestId,
  })
  expect(await told('medley_guest', { ...guest, requestId: `a|b|${requestId}` })).toMatchObject({
    requestId: `ab${requestId}`,
  })
})

/** Every text that differs from `text` in one bit. */
const withOneBitChanged = (text: string): string[] =>
  Array.from({ length: text.length * 8 }, (_, n) => {
    const at = Math.floor(n / 8)
    return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << (n % 8))) + text.slice(at + 1)
  }).filter((changed) => !changed.includes('\0'))

/** `text` cut at every length, lengthened, and mixed with `other`. */
function misshapen(text: string, other: string): string[] {
  const [kid, body] = text.split('.')
  const [, , last] = other.split('.')
  const cut = Array.from({ length: text.length }, (_, at) => text.slice(0, at))
  const odd = [
    '..',
    `${kid}.${body}.${last}`,
    `${text}.`,
    `${text}0`,
    `.${text}`,
    `${text}.${text}`,
    'ünïcode.ツ.💥',
    ' ',
  ]
  return [...cut, ...odd]
}

test('a context or an entry token with any one bit changed, anywhere, is refused with 28000', async () => {
  const contexts = await ofContexts((place) => withOneBitChanged(contextIn(place, guest)))
  const entries = await ofEntries((mint) => withOneBitChanged(mint(guest)))
  expect(Math.min(contexts.length, entries.length)).toBeGreaterThan(1_500)
  expect(new Set([...contexts, ...entries])).toEqual(new Set(['28000']))
  expect(await ofContexts((place) => [contextIn(place, guest)])).toEqual(['ok'])
  expect(await ofEntries((mint) => [mint(guest)])).toEqual(['ok'])
})

test('what is missing, cut, lengthened or mixed from two is refused with 28000', async () => {
  const owner: StaffActor = { ...staff, role: 'owner' }
  const contexts = await ofContexts((place) => misshapen(contextIn(place, staff), contextIn(place, owner)))
  const entries = await ofEntries((mint) => misshapen(mint(staff), mint(owner)))
  expect(new Set([...contexts, ...entries])).toEqual(new Set(['28000']))
})

test('an entry ends at its second, and nothing endless is taken', async () => {
  expect(await ofEntries((mint) => [mint(staff, 60.001), mint(staff, 3_600)])).toEqual(['28000', '28000'])
  const endless = [-3_600, Number.NaN, Number.NEGATIVE_INFINITY]
  expect(await ofEntries((mint) => endless.map((ago) => mint(staff, ago)))).toEqual(['28000', '28000', '28000'])
})

test('a context ends at its second, also in the middle of a transaction', async () => {
  const [before, after] = await rehearse(admin, async (tx) => {
    const place = await placeOf(tx)
    const short = contextIn({ ...place, expiry: place.expiry - 59.7 }, staff)
    const ask = () => verdicts(tx, [short], "set_config('medley.context', text, true)")
    const first = await ask()
    await sleep(350)
    await tx`reset role`
    return [first, await ask()]
  })
  expect([before, after]).toEqual([['ok'], ['28000']])
})

test('a context at another scope’s door is refused with 28000', async () => {
  const asked = asActor(staff, (tx) => tx`select ctx.tenant('guest')`)
  await expect(asked).rejects.toMatchObject({ code: '28000' })
})

const contextOf = async (sql: postgres.ISql): Promise<string> =>
  (await sql<{ context: string }[]>`select current_setting('medley.context') as context`)[0]?.context ?? ''
const replayed = async (sql: postgres.ISql, context: string): Promise<unknown> => {
  await sql`select set_config('medley.context', ${context}, true)`
  return sql`select ctx.tenant('staff')`
}

test('a context that was read in its transaction is refused on another connection and in any later transaction', async () => {
  const elsewhere = postgres(webUrl, { max: 1, onnotice: () => {} })
  const seen = await asActor(staff, async (sql) => {
    const context = await contextOf(sql)
    const stolen = elsewhere.begin(async (tx) => {
      await tx`set local role medley_staff`
      await replayed(tx, context)
    })
    await expect(stolen).rejects.toMatchObject({ code: '28000' })
    await expect(replayed(sql, context)).resolves.toHaveLength(1)
    return { context, pid: await pidOf(sql) }
  })
  const later = web.begin(
    async (sql) => {
      expect(await pidOf(sql)).toBe(seen.pid)
      await replayed(sql, seen.context)
    },
    { role: 'medley_staff' },
  )
  await expect(later).rejects.toMatchObject({ code: '28000' })
  const chained = asActor(staff, async (sql) => {
    const context = await contextOf(sql)
    await sql.unsafe('commit; begin; set local role medley_staff')
    await replayed(sql, context)
  })
  await expect(chained).rejects.toMatchObject({ code: '28000' })
  await elsewhere.end()
})

test('an entry token is good for one entry: not again, not later, not on another connection', async () => {
  expect(await ofEntries((mint) => [mint(), mint()].flatMap((token) => [token, token]))).toEqual([
    'ok',
    '28000',
    'ok',
    '28000',
  ])
  const inWrongOrder = await ofEntries((mint) => {
    const [first, second, third] = [mint(), mint(), mint()]
    return [second, first, third, second, first]
  })
  expect(inWrongOrder).toEqual(['55000', 'ok', 'ok', '28000', '28000'])
  const pool = new Pool(webUrl, { max: 1 })
  await asActor(staff, (sql) => sql`select 1`, { pool })
  const { token, pid } = await asActor(staff, async (sql, used) => ({ token: used, pid: await pidOf(sql) }), { pool })
  const again = (before: string) =>
    pool.begin(
      async (sql) => {
        expect(await pidOf(sql)).toBe(pid)
        await sql.unsafe(before)
        await sql`select ctx.enter(${token})`
      },
      { role: 'medley_staff' },
    )
  await expect(again('select')).rejects.toMatchObject({ code: '28000' })
  await expect(again(`select set_config('medley.context', '', true)`)).rejects.toMatchObject({ code: '28000' })
  await expect(again('discard sequences')).rejects.toMatchObject({ code: '55000' })
  await pool.end()
  const elsewhere = postgres(webUrl, { max: 1, onnotice: () => {} })
  const stolen = elsewhere.begin(async (tx) => {
    await tx`set local role medley_staff`
    await tx`select ctx.enter(${token})`
  })
  await expect(stolen).rejects.toMatchObject({ code: '28000' })
  await elsewhere.end()
})

test('an unknown kid is refused, and a known kid with another secret too', async () => {
  changeEnv({ CONTEXT_KEY: `stranger:${'c0'.repeat(32)}` })
  expect(await verdict()).toBe('28000')
  changeEnv({ CONTEXT_KEY: `test:${'c1'.repeat(32)}` })
  expect(await verdict()).toBe('28000')
})

test('two keys live side by side while one follows the other', async () => {
  const next = `next:${'d1'.repeat(32)}`
  const asNow = () => verdict()
  const asNext = async () => {
    changeEnv({ CONTEXT_KEY: next })
    const got = await verdict()
    changeEnv({ CONTEXT_KEY: testSettings.CONTEXT_KEY })
    return got
  }
  expect([await asNow(), await asNext()]).toEqual(['ok', '28000'])

  await installContextKey(ownerUrl, parseContextKey(next))
  expect([await asNow(), await asNext()]).toEqual(['ok', 'ok'])

  const [soon] = await admin<{ at: Date }[]>`select clock_timestamp() + interval '5 seconds' as at`
  await installContextKey(ownerUrl, parseContextKey(next), soon?.at)
  expect([await asNow(), await asNext()]).toEqual(['ok', 'ok'])
  await expect.poll(asNow, { timeout: 15_000 }).toBe('28000')
  expect(await asNext()).toBe('ok')

  await installContextKey(ownerUrl, parseContextKey(testSettings.CONTEXT_KEY))
  expect(await asNow()).toBe('ok')
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
      await expect(asActor(staff, (tx) => tx`select ctx.tenant('staff')`)).resolves.toHaveLength(1)
      const [row] = await admin<{ s: number }[]>`select extract(epoch from clock_timestamp())::float8 as s`
      const apart = (await databaseNow(web)).getTime() / 1000 - (row?.s ?? 0)
      expect(Math.abs(apart)).toBeLessThan(1)
    } finally {
      vi.useRealTimers()
    }
  }
})
