import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { newId } from '#lib/ids.ts'
import type { Urls } from '#scripts/test/cluster.ts'
import { testDatabase } from '#scripts/test/database.ts'
import { withGuest, withStaff } from '../doors.ts'
import { closePools, Pool } from '../pool.ts'
import { aListing, asOwner, aTenant, guestOf, type ListingFixture, visitor } from '../testing/fixtures.ts'
import { rehearse } from './rehearse.ts'
import { inTurnForRoles } from './turn.ts'

// What someone tries who has a login's password, or may run one SQL statement as it, and not the key that signs contexts.

const logins = ['web', 'auth', 'jobs'] as const
const doorsOf = {
  web: ['staff', 'patient', 'guest', 'public'],
  auth: ['auth'],
  jobs: ['worker', 'relay', 'public'],
}
let urls: Urls
let admin: postgres.Sql
let clinic: ListingFixture
const connections = {} as Record<(typeof logins)[number], postgres.Sql>

beforeAll(async () => {
  urls = await testDatabase()
  admin = postgres(urls.admin, { max: 1, onnotice: () => {} })
  for (const login of logins) connections[login] = postgres(urls[login], { max: 1, onnotice: () => {} })
  clinic = await aListing()
})
afterAll(async () => {
  await Promise.all([admin, ...Object.values(connections)].map((sql) => sql.end({ timeout: 5 })))
  await closePools()
})

/** Everyone whom a stolen login can act as: itself, and each door that it may take on. */
const attackers = logins.flatMap((login) =>
  [undefined, ...doorsOf[login]].map((door) => ({ login, door, name: door ? `${login} as ${door}` : login })),
)
type Attacker = (typeof attackers)[number]

/** What a statement comes to: its rows, or its SQLSTATE. Whatever it did is rolled back. */
async function outcome({ login, door }: Omit<Attacker, 'name'>, statement: string): Promise<unknown> {
  const undo = new Error('undo')
  let rows: unknown[] = []
  try {
    await connections[login].begin(async (tx) => {
      if (door) await tx.unsafe(`set local role medley_${door}`)
      rows = [...(await tx.unsafe(statement))]
      throw undo
    })
  } catch (error) {
    if (error === undo) return rows
    return (error as { code?: string }).code
  }
  return rows
}

/** 42501: no right. 28000: no context. Nothing else counts as refused. */
const isRefused = (result: unknown): boolean => result === '42501' || result === '28000'

test.each([
  ['become anyone at the sign-in', 'set local role medley_auth'],
  ['become what owns the sign-in', 'set local role medley_identity'],
  ['become the kernel', 'set local role medley_kernel'],
  ['become the owner of the tables', 'set local role medley_owner'],
  ['become another login', 'set session authorization medley_owner'],
  ['read e-mails of persons', 'select email from public.person'],
  ['read sessions', 'select * from public.session'],
  ['make a session someone else’s', 'update public.session set person_id = gen_random_uuid()'],
  ['lengthen a session', "update public.session set expires_at = now() + interval '1 year'"],
  [
    'make a session',
    "insert into public.session (id, secret_hash, person_id, expires_at) values (gen_random_uuid(), '\\x00', gen_random_uuid(), now())",
  ],
  ['read who works where', 'select * from public.membership'],
  ['read charts', 'select * from public.patient'],
  ['read visits', 'select * from public.appointment'],
  ['read the trail', 'select * from public.audit_event'],
  [
    'forge the trail',
    "insert into public.audit_event (tenant_id, scope, person_id, action, entity) values (gen_random_uuid(), 'staff', gen_random_uuid(), 'x', 'x')",
  ],
  ['forge the trail in its own name', "insert into public.audit_event (action, entity) values ('x', 'x')"],
  ['read the key that signs contexts', 'select * from ctx.key'],
  ['add a key that signs contexts', "insert into ctx.key values ('mine', '\\x00')"],
])('no login can %s', async (_, statement) => {
  for (const attacker of attackers) {
    if (attacker.login === 'auth' && statement === 'set local role medley_auth') continue
    expect(await outcome(attacker, statement).then(isRefused), attacker.name).toBe(true)
  }
})

test.each([
  ['take advisory locks by the thousand', 'select pg_advisory_lock(n) from generate_series(1, 100000) n'],
  ['take advisory locks until the end', 'select pg_advisory_xact_lock(n) from generate_series(1, 100000) n'],
  ['try advisory locks', 'select pg_try_advisory_lock_shared(1, 2)'],
  ['free the locks of others in its session', 'select pg_advisory_unlock_all()'],
  ['make a large object', 'select lo_create(0)'],
  ['fill the disk with large objects', "select lo_from_bytea(0, repeat('x', 1000000)::bytea)"],
  ['run a query that comes as text (XML)', "select query_to_xml('select 1', true, true, '')"],
  ['dump the database (XML)', "select database_to_xml(true, true, '')"],
  ['run a query that comes as text (ts_stat)', "select * from ts_stat('select search from listing')"],
  [
    'run a query that comes as text (ts_rewrite)',
    "select ts_rewrite('a'::tsquery, 'select ''a''::tsquery, ''b''::tsquery')",
  ],
  ['run a DO block', 'do $$ begin perform 1; end $$'],
  ['end other connections', 'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()'],
  ['cancel other statements', 'select pg_cancel_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()'],
  ['write WAL messages', "select pg_logical_emit_message(false, 'x', repeat('x', 1000000))"],
  [
    'read how the driver names its prepared statements, to put another in their place',
    'select name from pg_prepared_statements',
  ],
  ['make a temporary table', 'create temporary table mine (x int)'],
  ['make a table', 'create table public.mine (x int)'],
  ['make a function', "create function public.mine() returns int language sql as 'select 1'"],
  ['read a file', "select pg_read_file('postgresql.conf')"],
  ['run a program', "copy (select 1) to program 'true'"],
])('no login can %s', async (_, statement) => {
  for (const attacker of attackers) expect(await outcome(attacker, statement), attacker.name).toBe('42501')
})

// A grant of UPDATE or DELETE on a table permits every mode, so whoever is refused this one is refused the stronger ones.
test('no login can lock a table', async () => {
  const tables = await admin<{ name: string }[]>`
    select oid::regclass::text as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace`
  expect(tables.length).toBeGreaterThan(25)
  for (const { name } of tables) {
    for (const attacker of attackers)
      expect(await outcome(attacker, `lock table public.${name} in share mode`), `${attacker.name}: ${name}`).toBe(
        '42501',
      )
  }
})

test('the login of the sign-in learns nothing of a session without its secret, and opens one for demo persons only', async () => {
  const signIn = { login: 'auth', door: 'auth' } as const
  const { personId, sessionId } = clinic.staff.owner
  const secret = randomBytes(32).toString('hex')
  expect(await outcome(signIn, `select * from auth.open_demo_session('${personId}', '\\x${secret}')`)).toEqual([])
  expect(await outcome(signIn, `select * from auth.signed_in('\\x${secret}')`)).toEqual([])
  const [row] = await asOwner(
    (tx) => tx<{ hash: string }[]>`
    select encode(secret_hash, 'hex') as hash from session where id = ${sessionId}`,
  )
  expect(await outcome(signIn, `select * from auth.signed_in('\\x${row?.hash}')`)).toEqual([])
  for (const login of ['web', 'jobs'] as const)
    for (const door of doorsOf[login])
      expect(await outcome({ login, door }, 'select * from auth.demo_accounts()'), door).toBe('42501')
})

test('a context of staff is good for as long as its session, its person and the role in the tenant agree', async () => {
  const { owner, billing } = clinic.staff
  const reads = (change: object) => withStaff({ ...owner, ...change }, (tx) => tx.sql`select id from organization`)
  expect(await reads({})).toHaveLength(1)
  for (const change of [
    { sessionId: newId() },
    { personId: newId() },
    { personId: billing.personId },
    { sessionId: billing.sessionId },
    { role: 'admin' as const },
    { tenantId: newId() },
  ]) {
    await expect(reads(change), JSON.stringify(change)).rejects.toMatchObject({ code: '28000' })
  }
  const { billing: revoked } = (await aTenant()).staff
  await asOwner((tx) => tx`update session set revoked_at = now() where id = ${revoked.sessionId}`)
  await expect(withStaff(revoked, (tx) => tx.sql`select id from organization`)).rejects.toMatchObject({ code: '28000' })
})

/** A visit that a guest booked, by the kernel alone. */
async function booked(at: Date): Promise<{ id: string; tenantId: string }> {
  const guest = visitor(clinic)
  const { id, tenantId } = guest.capability
  await withGuest(guest, async ({ sql }) => {
    await sql`select * from kernel.hold(${clinic.listingId}, ${clinic.serviceId}, ${at}, ${id}, array['here'], 100, 100)`
    await sql`select * from kernel.confirm(${id}, false, '{}', '{}', '{}', '{}', 100)`
    const ada = { givenName: 'Ada', familyName: 'Byron', birthDate: '1990-01-01' }
    await sql`select kernel.book(${id}, now(), null, ${sql.json(ada)}, null, '[]')`
  })
  return { id, tenantId }
}

test('a mailed link and a hold’s token see no chart and change nothing; an invented kind sees nothing at all', async () => {
  const visit = await booked(clinic.at)
  for (const kind of ['link', 'mailed', 'hold'] as const) {
    const rows = (statement: string) =>
      withGuest(guestOf({ ...visit, kind }), async ({ sql }) => (await sql.unsafe(statement)).count)
    expect(await rows('select * from patient'), kind).toBe(0)
    expect(await rows("update patient set email = 'me@example.com'"), kind).toBe(0)
    expect(await rows("update appointment set status = 'cancelled'"), kind).toBe(0)
    expect(await rows('select * from message'), kind).toBe(0)
    expect(await rows('select * from appointment'), kind).toBe(0)
  }
  const glimpsed = await withGuest(
    guestOf({ ...visit, kind: 'link' }),
    ({ sql }) => sql`select * from kernel.glimpse(${visit.id})`,
  )
  expect(Object.keys(glimpsed[0] ?? {})).toEqual([
    ...['id', 'tenant_id', 'listing_id', 'status', 'starts_at', 'ends_at', 'created_at', 'sequence'],
  ])
  const invented = guestOf({ ...visit, kind: 'admin' as 'link' })
  for (const table of ['patient', 'appointment', 'hold', 'location', 'service', 'listing'])
    await expect(
      withGuest(invented, ({ sql }) => sql.unsafe(`select * from ${table}`)),
      table,
    ).rejects.toMatchObject({
      code: '28000',
    })
})

test('billing and auditor read no chart, contact, birth date or reason, whatever they ask', async () => {
  const { id } = await booked(clinic.times[24] ?? clinic.at)
  for (const role of ['billing', 'auditor'] as const) {
    const rows = (statement: string) =>
      withStaff(clinic.staff[role], async ({ sql }) => (await sql.unsafe(statement)).count)
    for (const table of ['patient', 'related_person', 'message'])
      expect(await rows(`select * from ${table}`), table).toBe(0)
    expect(await rows(`select starts_at, status, offer from appointment where id = '${id}'`)).toBe(1)
    await expect(rows('select cancelation_reason from appointment')).rejects.toMatchObject({ code: '42501' })
    await expect(rows(`select kernel.cancelation_reason('${id}')`)).rejects.toMatchObject({ code: 'forbidden' })
  }
})

test('a guest writes the history of their own visit, and it says for itself who and when', async () => {
  const at = clinic.times[8] ?? clinic.at
  const visit = await booked(at)
  const guest = guestOf({ ...visit, kind: 'appointment' })
  const span = `'${at.toISOString()}', '${new Date(at.getTime() + 1_800_000).toISOString()}'`
  await withGuest(guest, ({ sql }) =>
    sql.unsafe(`insert into appointment_history (tenant_id, appointment_id, to_status, starts_at, ends_at)
      values ('${visit.tenantId}', '${visit.id}', 'cancelled', ${span})`),
  )
  const [row] = await admin`
    select by_scope, by_person, at > now() - interval '1 minute' as "isNow" from appointment_history where appointment_id = ${visit.id}`
  expect(row).toEqual({ by_scope: 'guest', by_person: null, isNow: true })
  for (const column of ['by_scope', 'by_person', 'at']) {
    const forged = withGuest(guest, ({ sql }) =>
      sql.unsafe(`insert into appointment_history (tenant_id, appointment_id, to_status, starts_at, ends_at, ${column})
        values ('${visit.tenantId}', '${visit.id}', 'cancelled', ${span}, default)`),
    )
    await expect(forged, column).rejects.toMatchObject({ code: '42501' })
  }
})

test('only whoever a visit belongs to may ask for times as if it were not there', async () => {
  const at = clinic.times[16] ?? clinic.at
  const visit = await booked(at)
  const other = await aListing()
  const times = `select starts_at from kernel.move_times('${visit.id}',
    '${at.toISOString()}', '${new Date(at.getTime() + 60_000).toISOString()}')`
  const asked = (work: Promise<postgres.RowList<postgres.Row[]>>) =>
    work.then(
      (rows) => rows.count,
      (error) => error.code,
    )
  expect(await asked(withGuest(guestOf({ ...visit, kind: 'appointment' }), ({ sql }) => sql.unsafe(times)))).toBe(1)
  expect(await asked(withStaff(clinic.staff.scheduler, ({ sql }) => sql.unsafe(times)))).toBe(1)
  for (const kind of ['link', 'mailed', 'hold'] as const)
    expect(await asked(withGuest(guestOf({ ...visit, kind }), ({ sql }) => sql.unsafe(times))), kind).toBe('28000')
  expect(await asked(withGuest(visitor(other), ({ sql }) => sql.unsafe(times)))).toBe('28000')
  expect(await asked(withStaff(other.staff.owner, ({ sql }) => sql.unsafe(times)))).toBe(0)
  expect(await asked(withStaff(clinic.staff.auditor, ({ sql }) => sql.unsafe(times)))).toBe('forbidden')
  expect(await outcome({ login: 'web', door: 'public' }, times)).toBe('42501')
})

test('a guest makes nothing of a visit that only the clinic does, and staff rewrite nothing that was agreed', async () => {
  const visit = await booked(clinic.times[32] ?? clinic.at)
  const guest = guestOf({ ...visit, kind: 'appointment' })
  const told = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error) => error.code,
    )
  for (const change of [
    "status = 'fulfilled'",
    "status = 'noshow'",
    "status = 'cancelled', cancelled_by = 'clinic'",
    'offer = offer',
  ])
    expect(await told(withGuest(guest, ({ sql }) => sql.unsafe(`update appointment set ${change}`))), change).toBe(
      '42501',
    )
  for (const change of [
    'offer = offer',
    'created_at = now()',
    'access_version = 9',
    'patient_id = patient_id',
    'contact_verified = true',
  ])
    expect(
      await told(
        withStaff(clinic.staff.owner, ({ sql }) =>
          sql.unsafe(`update appointment set ${change} where id = '${visit.id}'`),
        ),
      ),
      change,
    ).toBe('42501')
  expect(
    await told(withStaff(clinic.staff.owner, ({ sql }) => sql.unsafe("update patient set birth_date = '1990-01-01'"))),
  ).toBe('42501')
})

test('a hold is a guest’s: staff take none, also under the role of a guest', async () => {
  const take = (role: 'practitioner' | 'owner') =>
    withStaff(clinic.staff[role], async ({ sql }) => {
      await sql.unsafe('set local role medley_guest')
      return sql.unsafe(
        `select * from kernel.hold('${clinic.listingId}', '${clinic.serviceId}', '${clinic.times[40]?.toISOString()}', gen_random_uuid(), array['x'], 100, 100)`,
      )
    })
  for (const role of ['practitioner', 'owner'] as const)
    await expect(take(role)).rejects.toMatchObject({ code: '28000' })
})

test('nobody counts without a guest’s context, for longer than a day, or takes locks by the thousand', async () => {
  const count = (keys: string, seconds: string) =>
    `select * from kernel.count_use(${keys}, array[1::bigint], ${seconds})`
  expect(await outcome({ login: 'web', door: 'guest' }, count("array['k']", 'array[60]'))).toBe('28000')
  const visit = await booked(clinic.times[48] ?? clinic.at)
  const asked = (statement: string) =>
    withGuest(guestOf({ ...visit, kind: 'appointment' }), ({ sql }) => sql.unsafe(statement)).then(
      () => 'done',
      (error) => error.code,
    )
  expect(await asked(count("array['k']", 'array[86401]'))).toBe('22023')
  expect(await asked(count("array(select 'k' || n from generate_series(1, 17) n)", 'array[60]'))).toBe('22023')
  const guest = visitor(clinic)
  const held = (hashes: string) =>
    withGuest(guest, ({ sql }) =>
      sql.unsafe(`select * from kernel.hold('${clinic.listingId}', '${clinic.serviceId}', '${clinic.times[56]?.toISOString()}',
        '${guest.capability.id}', ${hashes}, 1, 1)`),
    )
  for (const hashes of ["array(select 'x' || n from generate_series(1, 16384) n)", "array['x', 'y', 'z']", "'{}'"])
    await expect(held(hashes), hashes).rejects.toMatchObject({ code: '22023' })
})

test('a transaction that lifted its own limits is ended by the watch, and nobody else may ask it to', async () => {
  const asked = 'select watch.end_overdue() as ended'
  for (const attacker of attackers.filter(({ door }) => door !== 'relay'))
    expect(await outcome(attacker, asked), attacker.name).toBe('42501')
  const pool = new Pool((await testDatabase()).web, { max: 1 })
  const pid = Promise.withResolvers<number>()
  const sleeping = pool.begin(async (tx) => {
    await tx`set local statement_timeout = 0`
    await tx`set local transaction_timeout = 0`
    const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`
    pid.resolve(row?.pid ?? 0)
    await tx`select pg_sleep(600)`
  })
  const failed = expect(sleeping).rejects.toThrow()
  const mine = await pid.promise
  const [young] = await admin<{ ended: number }[]>`select watch.end_overdue() as ended`
  expect(young?.ended).toBe(0)
  // A minute cannot be waited for here: the same question with a shorter patience.
  const [{ body } = { body: '' }] = await admin<
    { body: string }[]
  >`select prosrc as body from pg_proc where oid = 'watch.end_overdue'::regproc`
  expect(body).toContain("interval '60 seconds'")
  await admin.unsafe(
    body.replace("'60 seconds'", "'0 seconds'").replace('a.xact_start <', `a.pid = ${mine} and a.xact_start <`),
  )
  await failed
  await pool.end()
})

test('a login that changes its own password or settings is named, and nobody else may ask', async () => {
  const asked = 'select watch.altered_logins() as logins'
  for (const attacker of attackers.filter(({ door }) => door !== 'relay'))
    expect(await outcome(attacker, asked), attacker.name).toBe('42501')
  await inTurnForRoles(inject('cluster').adminUrl, async () => {
    expect(await outcome({ login: 'jobs', door: 'relay' }, asked)).toEqual([{ logins: [] }])
    for (const change of [
      "password 'stolen'",
      'set statement_timeout = 0',
      `in database ${await database()} set search_path = pg_temp`,
    ]) {
      const seen = await rehearse(admin, async (tx) => {
        await tx`set local role medley_web`
        await tx.unsafe(`alter role medley_web ${change}`)
        await tx`reset role`
        return tx.unsafe(asked)
      })
      expect([...seen], change).toEqual([{ logins: ['medley_web'] }])
    }
  })
})

const database = async (): Promise<string> => (await admin`select current_database() as name`)[0]?.name ?? ''
