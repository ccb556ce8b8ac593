import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Postgres, startPostgres } from './postgres.ts'
import { clusterFolder, runAs } from './postgres-home.ts'
import { isAlive } from './process.ts'

const parent = mkdtempSync(join(tmpdir(), 'medley-pg-test-'))
const dir = join(parent, 'postgres')
let server: Postgres

const ask = async (url: string, text: string): Promise<Record<string, unknown>[]> => {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return [...(await sql.unsafe(text))]
  } finally {
    await sql.end()
  }
}

beforeAll(async () => {
  server = await startPostgres({ dir })
  await ask(server.adminUrl, 'create table kept (i int); insert into kept values (1)')
})

afterAll(async () => {
  await server.stop()
  rmSync(dirname(clusterFolder(dir, runAs())) === parent ? parent : clusterFolder(dir, runAs()), {
    recursive: true,
    force: true,
  })
  rmSync(parent, { recursive: true, force: true })
})

const written = 3_000_000
const rows = async (): Promise<number> =>
  Number((await ask(server.adminUrl, 'select count(*)::int as n from kept'))[0]?.n)

test('it is PostgreSQL 18 on loopback only, safe against power loss, with a password that only we can read', async () => {
  const [row] = await ask(
    server.adminUrl,
    `select current_setting('server_version') as version, current_setting('listen_addresses') as listens,
       current_setting('unix_socket_directories') as sockets, current_setting('fsync') as fsync, current_setting('jit') as jit`,
  )
  expect(row).toMatchObject({ listens: '127.0.0.1', sockets: '', fsync: 'on', jit: 'off' })
  expect(row?.version).toMatch(/^18\./)
  expect(statSync(join(dir, 'password')).mode & 0o777).toBe(0o600)
  const wrong = server.adminUrl.replace(/:[0-9a-f]+@/, ':wrong@')
  await expect(ask(wrong, 'select 1')).rejects.toMatchObject({ code: '28P01' })
})

test('a server that outlived its run is used on', async () => {
  const again = await startPostgres({ dir })
  expect([again.pid, again.port]).toEqual([server.pid, server.port])
})

test('after SIGKILL with writers at work it comes back on its port, with what was committed', async () => {
  const writers = postgres(server.adminUrl, { max: 4, onnotice: () => {}, connection: { application_name: 'writers' } })
  const writes = [1, 2, 3, 4].map((i) =>
    writers`insert into kept select ${i} from generate_series(1, ${written})`.catch(() => undefined),
  )
  const atWork = `select count(*)::int as n from pg_stat_activity where application_name = 'writers' and state = 'active'`
  while ((await ask(server.adminUrl, atWork))[0]?.n !== 4) await sleep(20)
  const { pid, port, exited } = server
  process.kill(pid, 'SIGKILL')
  // A client that is left alone connects again and sends what was waiting: these writers are to die with the server.
  await writers.end({ timeout: 0 })
  server = await startPostgres({ dir })
  await exited
  expect(server.pid).not.toBe(pid)
  expect(server.port).toBe(port)
  // A backend in the middle of a statement outlives the postmaster for as long as that takes: it may still commit, whole.
  expect((await rows()) % written).toBe(1)
  await Promise.all(writes)
})

test('a lock file that names another program’s process does not keep it from starting', async () => {
  const before = await rows()
  process.kill(server.pid, 'SIGKILL')
  await server.exited
  await sleep(500)
  const file = join(clusterFolder(dir, runAs()), 'cluster/postmaster.pid')
  const [, ...rest] = readFileSync(file, 'utf8').split('\n')
  writeFileSync(file, [String(process.pid), ...rest].join('\n'))
  server = await startPostgres({ dir })
  expect(await rows()).toBe(before)
})

test('two run side by side, and an ephemeral one leaves nothing behind', async () => {
  const before = readdirSync(tmpdir())
  const other = await startPostgres({ ephemeral: true })
  expect(other.port).not.toBe(server.port)
  const [row] = await ask(
    other.adminUrl,
    `select current_setting('data_directory') as data, current_setting('fsync') as fsync`,
  )
  expect(row?.fsync).toBe('off')
  const folder = dirname(String(row?.data))
  expect(before).not.toContain(folder.split('/').at(-1))
  await other.stop()
  expect(isAlive(other.pid)).toBe(false)
  expect(existsSync(folder)).toBe(false)
})
