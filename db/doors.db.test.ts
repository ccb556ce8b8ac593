import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newId } from '#lib/ids.ts'
import { testDatabase } from '#scripts/test/database.ts'
import { audit } from './audit.ts'
import { type StaffTx, withAuth, withGuest, withPublic, withRelay, withStaff, withSystem } from './doors.ts'
import { outboxChannel } from './nudge.ts'
import { outbox } from './outbox.ts'
import { changes, closePools, connect } from './pool.ts'
import { organization } from './schema/directory.ts'
import { aTenant, guestOf, type TenantFixture } from './testing/fixtures.ts'

let clinic: TenantFixture
let other: TenantFixture
let admin: postgres.Sql

beforeAll(async () => {
  clinic = await aTenant()
  other = await aTenant()
  admin = postgres((await testDatabase()).admin, { max: 1, onnotice: () => {} })
})
afterAll(async () => {
  await admin.end()
  await closePools()
})

type Raw = { sql: postgres.ISql }
const whoAmI = async (tx: Raw) => {
  const [row] =
    await tx.sql`select session_user as login, current_user as door, coalesce(current_setting('medley.context', true), '') = '' as "isNobody"`
  return row
}
const guest = (tenant = clinic, kind: 'hold' | 'appointment' = 'appointment') =>
  guestOf({ tenantId: tenant.tenantId, id: newId(), kind })

test('each door is its own role on its own login, with a context where it acts for a tenant', async () => {
  const { owner } = clinic.staff
  const at = (login: string, door: string, isNobody: boolean) => ({
    login: `medley_${login}`,
    door: `medley_${door}`,
    isNobody,
  })
  expect(await withStaff(owner, whoAmI)).toEqual(at('web', 'staff', false))
  expect(await withGuest(guest(), whoAmI)).toEqual(at('web', 'guest', false))
  expect(await withPublic(whoAmI)).toEqual(at('web', 'public', true))
  expect(await withAuth(whoAmI)).toEqual(at('signin', 'auth', true))
  expect(await withSystem('test', clinic.tenantId, whoAmI)).toEqual(at('jobs', 'worker', false))
  expect(await withRelay(whoAmI)).toEqual(at('jobs', 'relay', true))
})

test('drizzle and named statements speak through the same door', async () => {
  const seen = await withStaff(clinic.staff.auditor, async (tx) => [
    await tx.select({ tenantId: organization.tenantId }).from(organization),
    await tx.execute(sql`select tenant_id as "tenantId" from organization`),
    await tx.sql`select tenant_id as "tenantId" from organization`,
  ])
  for (const rows of seen) expect([...rows]).toEqual([{ tenantId: clinic.tenantId }])
})

/** Runs `work` while all but one of the connections for changes are taken, so that everything shares the last one. */
async function onOneConnection<T>(work: () => Promise<T>): Promise<T> {
  const release = Promise.withResolvers<void>()
  const taken = Array.from({ length: changes().max - 1 }, () => {
    const begun = Promise.withResolvers<void>()
    const done = changes().begin(async () => {
      begun.resolve()
      await release.promise
    })
    return { begun: begun.promise, done }
  })
  await Promise.all(taken.map(({ begun }) => begun))
  try {
    return await work()
  } finally {
    release.resolve()
    await Promise.all(taken.map(({ done }) => done))
  }
}

test('on one pooled connection nobody finds another’s context: tenants, doors and aborts in any order', async () => {
  const pids = new Set<number>()
  const wrong: string[] = []
  const sees = async (tx: Raw, tenant: string | undefined): Promise<void> => {
    const [row] = await tx.sql<{ pid: number; tenants: string[] }[]>`
      select pg_backend_pid() as pid, array(select distinct tenant_id::text from organization) as tenants`
    pids.add(row?.pid ?? 0)
    if (row?.tenants.join() !== (tenant ?? '')) wrong.push(`${row?.tenants} instead of ${tenant}`)
  }
  const aborted = (tenant: TenantFixture) =>
    withStaff(tenant.staff.owner, async (tx) => {
      await sees(tx, tenant.tenantId)
      throw new Error('aborted')
    }).catch((error: Error) => error.message)
  await onOneConnection(async () => {
    for (let n = 0; n < 60; n += 1) {
      const [one, two] = n % 2 ? [clinic, other] : [other, clinic]
      await withStaff(one.staff.owner, (tx) => sees(tx, one.tenantId))
      expect(await aborted(two)).toBe('aborted')
      await withGuest(guest(two), (tx) => sees(tx, two.tenantId))
      await withStaff(two.staff.auditor, (tx) => tx.sql`select 1/0`).catch(() => undefined)
      const nobody = withAuth((tx) => tx.sql`select * from organization`)
      await expect(nobody).rejects.toMatchObject({ code: '42501' })
      const left = await changes().ask(
        (login) => login<{ role: string; context: string; pid: number }[]>`
        select current_user::text as role, coalesce(current_setting('medley.context', true), '') as context, pg_backend_pid() as pid`,
      )
      expect([...left]).toEqual([{ role: 'medley_web', context: '', pid: [...pids][0] }])
    }
  })
  expect(wrong).toEqual([])
  expect(pids.size).toBe(1)
})

test('a connection that refuses an entry is not used again', async () => {
  const { owner } = clinic.staff
  const pidOf = async (tx: Raw) => (await tx.sql<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]?.pid
  await onOneConnection(async () => {
    const broken = await withStaff(owner, async (tx) => {
      await tx.sql`discard sequences`
      return pidOf(tx)
    })
    await expect(withStaff(owner, pidOf)).rejects.toMatchObject({ code: '55000' })
    expect(await withStaff(owner, pidOf)).not.toBe(broken)
  })
})

test('doors at the same time on all connections keep apart', async () => {
  const tries = Array.from({ length: 200 }, async (_, n) => {
    const tenant = n % 2 ? clinic : other
    const rows = await withStaff(tenant.staff.owner, async (tx) => {
      await tx.sql`select pg_sleep(0.001)`
      return tx.sql`select tenant_id from organization`
    })
    return rows.length === 1 && rows[0]?.tenant_id === tenant.tenantId
  })
  expect(await Promise.all(tries)).toEqual(Array(200).fill(true))
})

test('a login without a door reads nothing, and no login gets through another’s doors', async () => {
  const urls = await testDatabase()
  const [webLogin, signInLogin, jobsLogin] = [connect(urls.web, 1), connect(urls.auth, 1), connect(urls.jobs, 1)]
  const mayBecome = async (login: postgres.Sql, role: string) =>
    login
      .begin((tx) => tx.unsafe(`set local role ${role}`))
      .then(
        () => true,
        (error: postgres.PostgresError) => (error.code === '42501' ? false : Promise.reject(error)),
      )
  try {
    for (const login of [webLogin, signInLogin, jobsLogin]) {
      await expect(login`select * from public.listing`).rejects.toMatchObject({ code: '42501' })
      await expect(login`create temporary table t (x int)`).rejects.toMatchObject({ code: '42501' })
      for (const role of [
        'medley_owner',
        'medley_ctx',
        'medley_kernel',
        'medley_identity',
        'postgres',
        'pg_read_all_data',
      ]) {
        expect(await mayBecome(login, role), role).toBe(false)
      }
    }
    const allowed = async (login: postgres.Sql): Promise<string[]> => {
      const doors = ['staff', 'patient', 'guest', 'public', 'auth', 'worker', 'relay']
      const may = await Promise.all(doors.map((door) => mayBecome(login, `medley_${door}`)))
      return doors.filter((_, at) => may[at])
    }
    expect(await allowed(webLogin)).toEqual(['staff', 'patient', 'guest', 'public'])
    expect(await allowed(signInLogin)).toEqual(['auth'])
    expect(await allowed(jobsLogin)).toEqual(['public', 'worker', 'relay'])
  } finally {
    await Promise.all([webLogin.end(), signInLogin.end(), jobsLogin.end()])
  }
})

const failing = (code: string): Error => Object.assign(new Error(`SQLSTATE ${code}`), { code })

test('a deadlock or serialization failure repeats the whole transaction, three times in all, then 503', async () => {
  for (const code of ['40P01', '40001']) {
    let tries = 0
    const work = (until: number) => () => {
      tries += 1
      return tries < until ? Promise.reject(failing(code)) : Promise.resolve(tries)
    }
    expect(await withPublic(work(3))).toBe(3)
    tries = 0
    await expect(withPublic(work(4))).rejects.toMatchObject({ code: 'unavailable', details: { retryAfterSeconds: 2 } })
    expect(tries).toBe(3)
  }
  let once = 0
  const other = withPublic(() => {
    once += 1
    return Promise.reject(failing('23505'))
  })
  await expect(other).rejects.toMatchObject({ code: '23505' })
  expect(once).toBe(1)
})

test('waiting for a lock, taking too long and losing the server are 503, and the door opens again', async () => {
  const held = Promise.withResolvers<void>()
  const go = Promise.withResolvers<void>()
  const first = admin.begin(async (tx) => {
    await tx`lock table organization in access exclusive mode`
    held.resolve()
    await go.promise
  })
  await held.promise
  const second = withStaff(clinic.staff.owner, async (tx) => {
    await tx.sql`set local lock_timeout = '50ms'`
    await tx.sql`select notice from organization`
  })
  await expect(second).rejects.toMatchObject({ code: 'unavailable', cause: { code: '55P03' } })
  go.resolve()
  await first

  const slow = withPublic(async (tx) => {
    await tx.sql`set local statement_timeout = '50ms'`
    await tx.sql`select pg_sleep(5)`
  })
  await expect(slow).rejects.toMatchObject({ code: 'unavailable', cause: { code: '57014' } })

  const killed = withPublic(async (tx) => {
    const [me] = await tx.sql<{ pid: number }[]>`select pg_backend_pid() as pid`
    await admin`select pg_terminate_backend(${me?.pid ?? 0})`
    await tx.sql`select 1`
  })
  await expect(killed).rejects.toMatchObject({ code: 'unavailable' })
  expect(await withPublic(async (tx) => [...(await tx.sql`select 1 as ok`)])).toEqual([{ ok: 1 }])
})

test('a transaction that lost its connection does nothing more, least of all in the next one on that connection', async () => {
  const { staff, tenantId } = clinic
  const actions: (string | undefined)[] = []
  await onOneConnection(async () => {
    const lost = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const dead = withStaff(staff.owner, async (tx) => {
      const [me] = await tx.sql<{ pid: number }[]>`select pg_backend_pid() as pid`
      await admin`select pg_terminate_backend(${me?.pid ?? 0})`
      await sleep(100)
      lost.resolve()
      await goOn.promise
      expect(() => audit(tx, 'test.late', 'test', newId())).toThrow('lost its connection')
      actions.push('refused')
    })
    dead.catch(() => undefined)
    await lost.promise
    const id = newId()
    await withStaff(other.staff.owner, async (tx) => {
      audit(tx, 'test.before', 'test', id)
      goOn.resolve()
      await sleep(100)
      audit(tx, 'test.after', 'test', id)
    })
    await expect(dead).rejects.toMatchObject({ code: 'unavailable' })
    const rows = await admin`
      select action, tenant_id from audit_event where entity_id = ${id} or (action = 'test.late' and tenant_id in (${tenantId}, ${other.tenantId}))
      order by id`
    expect([...rows]).toEqual(['test.before', 'test.after'].map((action) => ({ action, tenant_id: other.tenantId })))
  })
  expect(actions).toEqual(['refused'])
})

test('the web’s and the worker’s logins have time limits of their own, and a change waits for no lock longer than 750 ms', async () => {
  const limits = (tx: Raw) => tx.sql`
    select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
      current_setting('idle_in_transaction_session_timeout') as idle, current_setting('transaction_timeout') as whole`
  const web = { statement: '5s', lock: '3s', idle: '10s', whole: '15s' }
  expect([...(await withPublic(limits))]).toEqual([web])
  expect([...(await withGuest(guest(), limits))]).toEqual([{ ...web, lock: '750ms' }])
  expect([...(await withRelay(limits))]).toEqual([{ statement: '30s', lock: '3s', idle: '30s', whole: '35s' }])
})

test('what is pipelined is committed with the rest, or nothing is and the door says why', async () => {
  const { owner } = clinic.staff
  const id = newId()
  const kept = withStaff(owner, async (tx) => {
    audit(tx, 'test.kept', 'test', id)
    return 'answer'
  })
  expect(await kept).toBe('answer')
  const fails = withStaff(owner, async (tx) => {
    audit(tx, 'test.lost', 'test', id)
    await tx.sql`select 1`
    tx.pipeline(
      tx.sql`insert into time_block (tenant_id, listing_id, starts_at, ends_at, reason) values (${other.tenantId}, ${id}, now(), now(), '')`,
    )
    return 'answer'
  })
  await expect(fails).rejects.toMatchObject({ code: '42501' })
  const rows = await admin`select action from audit_event where entity_id = ${id}`
  expect([...rows]).toEqual([{ action: 'test.kept' }])
})

test('the first failure of a pipelined statement is what the transaction throws, whatever follows it', async () => {
  const { owner } = clinic.staff
  const id = newId()
  const block = (tx: StaffTx) =>
    tx.pipeline(
      tx.sql`insert into time_block (tenant_id, listing_id, starts_at, ends_at, reason) values (${other.tenantId}, ${id}, now(), now(), '')`,
    )
  const awaited = withStaff(owner, async (tx) => {
    block(tx)
    audit(tx, 'test.lost', 'test', id)
    await tx.sql`select 1`
  })
  await expect(awaited).rejects.toMatchObject({ code: '42501' })
  const swallowed = withStaff(owner, async (tx) => {
    await tx.sql`select 1 / 0`.catch(() => undefined)
    audit(tx, 'test.lost', 'test', id)
  })
  await expect(swallowed).rejects.toThrow('swallowed')
  const thrown = withStaff(owner, async (tx) => {
    audit(tx, 'test.lost', 'test', id)
    await tx.sql`select 1 / 0`
  })
  await expect(thrown).rejects.toMatchObject({ code: '22012' })
  const revoked = withStaff({ ...owner, sessionId: newId() }, async (tx) => {
    audit(tx, 'test.lost', 'test', id)
    await tx.sql`select 1`
  })
  await expect(revoked).rejects.toMatchObject({ code: '28000' })
  expect(await admin`select action from audit_event where entity_id = ${id}`).toHaveLength(0)
})

test('a transaction is repeated when a pipelined statement waited too long for a lock, whatever follows it', async () => {
  let tries = 0
  await admin.begin(async (holder) => {
    await holder`lock table organization in access exclusive mode`
    const waits = withStaff(clinic.staff.owner, async (tx) => {
      tries += 1
      tx.pipeline(tx.sql`select 1 from organization`)
      await tx.sql`select 1`
    })
    await expect(waits).rejects.toMatchObject({ code: 'unavailable' })
  })
  expect(tries).toBe(3)
})

test('an audit row says who and when by itself; a writer cannot name another', async () => {
  const { scheduler } = clinic.staff
  const id = newId()
  await withStaff(scheduler, async (tx) => {
    audit(tx, 'test.staff', 'test', id)
    await tx.sql`
      insert into audit_event (action, entity, entity_id) values ('test.plain', 'test', ${id})`
  })
  const visitor = guestOf({ tenantId: clinic.tenantId, id, kind: 'appointment' })
  await withGuest(visitor, async (tx) => audit(tx, 'test.guest', 'test', id))
  await withSystem('test', clinic.tenantId, async (tx) => audit(tx, 'test.system', 'test', id), 'request-1')
  const rows = await admin`
    select action, tenant_id as "tenantId", scope, person_id as "personId", request_id as "requestId", at > now() - interval '1 minute' as "isNow"
    from audit_event where entity_id = ${id} order by id`
  const { tenantId } = clinic
  const by = { tenantId, scope: 'staff', personId: scheduler.personId, requestId: scheduler.requestId, isNow: true }
  expect([...rows]).toEqual([
    { action: 'test.staff', ...by },
    { action: 'test.plain', ...by },
    { action: 'test.guest', tenantId, scope: 'guest', personId: null, requestId: visitor.requestId, isNow: true },
    { action: 'test.system', tenantId, scope: 'system', personId: null, requestId: 'request-1', isNow: true },
  ])
  for (const column of ['tenant_id', 'scope', 'person_id', 'request_id', 'at', 'id']) {
    const forged = withStaff(scheduler, (tx) =>
      tx.sql.unsafe(`insert into audit_event (action, entity, ${column}) values ('test.forged', 'test', default)`),
    )
    await expect(forged, column).rejects.toMatchObject({ code: '42501' })
  }
  for (const change of ['update audit_event set action = action', 'delete from audit_event']) {
    const attempt = withStaff(clinic.staff.owner, (tx) => tx.sql.unsafe(change))
    await expect(attempt).rejects.toMatchObject({ code: '42501' })
  }
})

test('a door writes what happened into the outbox, never when it is due, leased or done', async () => {
  for (const column of ['available_at', 'created_at', 'leased_until', 'attempts', 'done_at', 'dead_at', 'reason']) {
    const forged = withGuest(guest(), (tx) =>
      tx.sql.unsafe(
        `insert into outbox (tenant_id, topic, aggregate_id, ${column}) values ('${clinic.tenantId}', 'listing.changed', '${newId()}', default)`,
      ),
    )
    await expect(forged, column).rejects.toMatchObject({ code: '42501' })
  }
})

test('the relay is told of outbox rows after the commit, together, and not of those rolled back', async () => {
  let told = 0
  const { unlisten } = await admin.listen(outboxChannel, () => {
    told += 1
  })
  const write = (fails = false) =>
    withStaff(clinic.staff.owner, async (tx) => {
      outbox(tx, 'listing.changed', newId())
      if (fails) throw new Error('refused')
    })
  await write(true).catch(() => undefined)
  await sleep(250)
  expect(told).toBe(0)
  await Promise.all(Array.from({ length: 20 }, () => write()))
  await vi.waitFor(() => expect(told).toBeGreaterThan(0), { timeout: 3_000 })
  await sleep(250)
  expect(told).toBeLessThanOrEqual(5)
  await unlisten()
})
