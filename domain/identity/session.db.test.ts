import { beforeAll, expect, test } from 'vitest'
import { withAuth } from '#db/doors.ts'
import { asOwner, aTenant, type TenantFixture } from '#db/testing/fixtures.ts'
import { newId } from '#lib/ids.ts'
import { testDatabase } from '#scripts/test/database.ts'
import { closeSession } from './closeSession.ts'
import { openSession } from './openSession.ts'
import { signedIn } from './read.ts'

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
const open = async (personId: string) => (await withAuth((tx) => openSession(tx, personId))).sessionId
const who = (sessionId: string) => withAuth((tx) => signedIn(tx, sessionId))

test('one read says who is signed in and where they work as what', async () => {
  const personId = await demoPerson()
  const sessionId = await open(personId)
  expect(await who(sessionId)).toEqual({
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
  await withAuth((tx) => closeSession(tx, first))
  await withAuth((tx) => closeSession(tx, first))
  expect(await who(first)).toBeUndefined()
  expect((await who(second))?.personId).toBe(personId)
})

test('a session that is over, or that never was, is nobody', async () => {
  const sessionId = await open(await demoPerson())
  await asOwner(
    (tx) => tx`update session set expires_at = clock_timestamp() - interval '1 millisecond' where id = ${sessionId}`,
  )
  expect(await who(sessionId)).toBeUndefined()
  expect(await who(newId())).toBeUndefined()
})

test('a membership taken away is gone at the next read', async () => {
  const personId = await demoPerson()
  const sessionId = await open(personId)
  await asOwner((tx) => tx`delete from membership where person_id = ${personId} and tenant_id = ${other.tenantId}`)
  expect((await who(sessionId))?.memberships.map(({ slug }) => slug)).toEqual([clinic.tenantSlug])
})

test('someone who is no demo person cannot be signed in by one click, and no row is left', async () => {
  const { personId } = clinic.staff.owner
  const rows = () => asOwner((tx) => tx`select id from session where person_id = ${personId}`)
  const before = (await rows()).length
  await expect(open(personId)).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(await rows()).toHaveLength(before)
})
