import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Urls } from '#scripts/test/cluster.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import { openPool } from './pool.ts'
import { inTurnForRoles } from './proof/turn.ts'
import { assertPlainLogin } from './self-check.ts'

const name = `plain_${randomBytes(4).toString('hex')}`
let urls: Urls
let admin: postgres.Sql

beforeAll(async () => {
  urls = await ownDatabase('self_check')
  admin = postgres(urls.admin, { max: 1, onnotice: () => {} })
  await admin.unsafe(`create role ${name} login password 'secret' noinherit`)
  await admin.unsafe(`grant connect on database ${new URL(urls.admin).pathname.slice(1)} to ${name}`)
})
afterAll(async () => {
  await admin.unsafe(`drop owned by ${name}; drop role ${name}`)
  await admin.end()
})

/** What a server that starts under this address says; undefined when it starts. */
async function refusal(url: string): Promise<string | undefined> {
  const pool = openPool(url, 1)
  try {
    return await assertPlainLogin(pool).then(
      () => undefined,
      (error: Error) => error.message,
    )
  } finally {
    await pool.end()
  }
}

const asPlain = (): string => {
  const url = new URL(urls.admin)
  Object.assign(url, { username: name, password: 'secret' })
  return url.href
}

test('the logins that the bootstrap makes may start', async () => {
  expect(await refusal(urls.web)).toBeUndefined()
  expect(await refusal(urls.jobs)).toBeUndefined()
  expect(await refusal(asPlain())).toBeUndefined()
})

test('a superuser and the tables’ owner may not', async () => {
  expect(await refusal(urls.admin)).toMatch(/"postgres" stands above the tenant wall: it is a superuser/)
  expect(await refusal(urls.owner)).toMatch(/"medley_owner" stands above the tenant wall: it owns /)
})

test.each([
  ['bypasses row security', `alter role ${name} bypassrls`, `alter role ${name} nobypassrls`, 'bypasses row security'],
  [
    'holds a grant',
    `grant select on patient to ${name}`,
    `revoke select on patient from ${name}`,
    'holds a grant on public.patient',
  ],
  [
    'holds a grant on one column',
    `grant select (email) on patient to ${name}`,
    `revoke select (email) on patient from ${name}`,
    'holds a grant on public.patient',
  ],
  [
    'inherits from a door',
    `grant medley_staff to ${name} with inherit true`,
    `revoke medley_staff from ${name}`,
    'inherits what medley_staff may do',
  ],
  [
    'may become the kernel',
    `grant medley_kernel to ${name} with inherit false, set true`,
    `revoke medley_kernel from ${name}`,
    'may become medley_kernel',
  ],
  [
    'may become a superuser',
    `grant postgres to ${name} with inherit false`,
    `revoke postgres from ${name}`,
    'may become postgres',
  ],
  ['owns a table', `create table mine (); alter table mine owner to ${name}`, 'drop table mine', 'owns public.mine'],
])('a login that %s may not', async (_, plant, undo, told) => {
  await inTurnForRoles(inject('cluster').adminUrl, async () => {
    await admin.unsafe(plant)
    try {
      expect(await refusal(asPlain())).toContain(told)
    } finally {
      await admin.unsafe(undo)
    }
  })
  expect(await refusal(asPlain())).toBeUndefined()
})
