import { randomBytes } from 'node:crypto'
import { type AddressInfo, connect, createServer } from 'node:net'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Urls } from '#scripts/test/cluster.ts'
import { ownDatabase } from '#scripts/test/database.ts'
import { inTurnForRoles } from './proof/turn.ts'
import { faultOfLogin } from './self-check.ts'

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

const asPlain = (): string => {
  const url = new URL(urls.admin)
  Object.assign(url, { username: name, password: 'secret' })
  return url.href
}

test('the logins that the bootstrap makes may start', async () => {
  expect(await faultOfLogin(urls.web)).toBeUndefined()
  expect(await faultOfLogin(urls.jobs)).toBeUndefined()
  expect(await faultOfLogin(asPlain())).toBeUndefined()
})

test('a server that comes up before its database asks again until it answers; one that is stopped asks no more', async () => {
  const late = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => late.listen(0, '127.0.0.1', resolve))
  const { port } = late.address() as AddressInfo
  const away = new URL(urls.owner)
  away.host = `127.0.0.1:${port}`
  const asked = faultOfLogin(away.href)
  const tried = new Promise((resolve) => late.once('connection', resolve))
  await tried
  await new Promise((resolve) => late.close(resolve))
  const database = new URL(urls.owner)
  const relayed = createServer((socket) => {
    const there = connect(Number(database.port), database.hostname)
    socket.pipe(there).pipe(socket)
  })
  await new Promise<void>((resolve) => relayed.listen(port, '127.0.0.1', resolve))
  expect(await asked).toMatch(/"medley_owner" owns /)
  relayed.close()

  const stopping = new AbortController()
  const unheard = faultOfLogin('postgres://medley_web:x@127.0.0.1:1/none', stopping.signal)
  stopping.abort()
  expect(await unheard).toBeUndefined()
})

test('a superuser and the tables’ owner may not', async () => {
  expect(await faultOfLogin(urls.admin)).toMatch(/"postgres" is a superuser/)
  expect(await faultOfLogin(urls.owner)).toMatch(/"medley_owner" owns /)
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
  [
    'may become a built-in role that reads everything',
    `grant pg_read_all_data to ${name} with inherit false`,
    `revoke pg_read_all_data from ${name}`,
    'may become pg_read_all_data',
  ],
  ['reads the write-ahead log', `alter role ${name} replication`, `alter role ${name} noreplication`, '(REPLICATION)'],
  ['makes roles', `alter role ${name} createrole`, `alter role ${name} nocreaterole`, '(CREATEROLE)'],
  [
    'calls the kernel by itself',
    `grant execute on function kernel.sweep to ${name}`,
    `revoke execute on function kernel.sweep from ${name}`,
    'holds a grant on kernel.sweep',
  ],
  [
    'may shadow our functions',
    `grant create on schema public to ${name}`,
    `revoke create on schema public from ${name}`,
    'may make tables and functions',
  ],
  ['owns a table', `create table mine (); alter table mine owner to ${name}`, 'drop table mine', 'owns public.mine'],
])('a login that %s may not', async (_, plant, undo, told) => {
  await inTurnForRoles(inject('cluster').adminUrl, async () => {
    await admin.unsafe(plant)
    try {
      expect(await faultOfLogin(asPlain())).toContain(told)
    } finally {
      await admin.unsafe(undo)
    }
  })
  expect(await faultOfLogin(asPlain())).toBeUndefined()
})
