import { createHash, randomBytes } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { withAuth } from '#db/doors.ts'
import { asOwner, aTenant, type TenantFixture } from '#db/testing/fixtures.ts'
import { newId } from '#lib/ids.ts'
import { testDatabase } from '#scripts/test/database.ts'
import { closeSession } from './closeSession.ts'
import { openSession } from './openSession.ts'
import { signedIn } from './read.ts'
import { sessionHours } from './rules.ts'

let clinic: TenantFixture
let other: TenantFixture
beforeAll(async () => {
  await testDatabase()
  clinic = await aTenant()
  other = await aTenant()
})

/** A demo person who works at both clinics. */
async function demoPerson(): Promise<string> {
  const id = newId()
  await asOwner(async (tx) => {
    await tx`insert into person ${tx({ id, display_name: 'Demo Person', is_demo: true })}`
    await tx`insert into membership ${tx([
      { tenant_id: clinic.tenantId, id: newId(), person_id: id, role: 'scheduler' },
      { tenant_id: other.tenantId, id: newId(), person_id: id, role: 'auditor' },
    ])}`
  })
  return id
}
const open = (personId: string) => withAuth((tx) => openSession(tx, personId))
const who = (secret: string) => withAuth((tx) => signedIn(tx, secret))
/** What the trail says of a session, oldest first. */
const trail = (sessionId: string) =>
  asOwner(
    (tx) => tx`select action, scope, person_id, tenant_id from audit_event where entity_id = ${sessionId} order by id`,
  )

test('one read says who is signed in and where they work as what', async () => {
  const personId = await demoPerson()
  const { sessionId, secret } = await open(personId)
  expect(await who(secret)).toEqual({
    sessionId,
    personId,
    name: 'Demo Person',
    memberships: [
      { tenantId: clinic.tenantId, slug: clinic.tenantSlug, role: 'scheduler' },
      { tenantId: other.tenantId, slug: other.tenantSlug, role: 'auditor' },
    ].toSorted((one, two) => one.slug.localeCompare(two.slug)),
  })
})

test('a closed session is nobody at the next read, others of the person live on, and closing twice is harmless', async () => {
  const personId = await demoPerson()
  const [first, second] = [await open(personId), await open(personId)]
  await withAuth((tx) => closeSession(tx, first.secret))
  await withAuth((tx) => closeSession(tx, first.secret))
  expect(await who(first.secret)).toBeUndefined()
  expect((await who(second.secret))?.personId).toBe(personId)
  const by = { scope: 'auth', person_id: personId, tenant_id: null }
  expect([...(await trail(first.sessionId))]).toEqual([
    { action: 'session.opened', ...by },
    { action: 'session.closed', ...by },
  ])
  expect([...(await trail(second.sessionId))]).toEqual([{ action: 'session.opened', ...by }])
})

test('a session that is over, or that never was, is nobody', async () => {
  const { sessionId, secret } = await open(await demoPerson())
  await asOwner(
    (tx) => tx`update session set expires_at = clock_timestamp() - interval '1 millisecond' where id = ${sessionId}`,
  )
  expect(await who(secret)).toBeUndefined()
  expect(await who(randomBytes(32).toString('base64url'))).toBeUndefined()
  expect(await who('')).toBeUndefined()
})

test('a session lasts as long as its cookie', async () => {
  const { sessionId } = await open(await demoPerson())
  const [row] = await asOwner(
    (tx) => tx`
      select round(extract(epoch from expires_at - created_at) / 3600)::int as hours from session where id = ${sessionId}`,
  )
  expect(row).toEqual({ hours: sessionHours })
})

test('the table holds nothing that signs in: neither the row’s id nor its hash is a secret', async () => {
  const { sessionId, secret } = await open(await demoPerson())
  const [row] = await asOwner(
    (tx) => tx<{ hash: Buffer }[]>`select secret_hash as hash from session where id = ${sessionId}`,
  )
  expect(row?.hash.equals(createHash('sha256').update(Buffer.from(secret, 'base64url')).digest())).toBe(true)
  expect(await who(row?.hash.toString('base64url') ?? '')).toBeUndefined()
  expect(await who(Buffer.from(sessionId.replaceAll('-', ''), 'hex').toString('base64url'))).toBeUndefined()
})

test('a membership taken away is gone at the next read', async () => {
  const personId = await demoPerson()
  const { secret } = await open(personId)
  await asOwner((tx) => tx`delete from membership where person_id = ${personId} and tenant_id = ${other.tenantId}`)
  expect((await who(secret))?.memberships.map(({ slug }) => slug)).toEqual([clinic.tenantSlug])
})

test('someone who is no demo person cannot be signed in by one click, and no row is left', async () => {
  const { personId } = clinic.staff.owner
  const rows = () => asOwner((tx) => tx`select id from session where person_id = ${personId}`)
  const before = (await rows()).length
  await expect(open(personId)).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(await rows()).toHaveLength(before)
})
