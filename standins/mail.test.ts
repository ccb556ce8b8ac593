import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import nodemailer from 'nodemailer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CaughtMail } from './mail-store.ts'

type Ready = { smtpPort: number; httpPort: number; smtpUrl: string; url: string }
let dir: string
const running: ChildProcess[] = []

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'medley-mail-'))
})
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await rm(dir, { recursive: true })
})

async function start(): Promise<{ ready: Ready; child: ChildProcess }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'mail.ts'), '--dir', dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.push(child)
  for await (const line of createInterface({ input: child.stdout })) return { ready: JSON.parse(line) as Ready, child }
  throw new Error('The mail catcher ended without a word')
}

const list = async ({ url }: Ready, query = ''): Promise<CaughtMail[]> =>
  (await fetch(`${url}/messages${query}`)).json() as Promise<CaughtMail[]>

const post = ({ smtpUrl }: Ready, to: string, subject: string) =>
  nodemailer.createTransport(smtpUrl).sendMail({ from: 'a@example.com', to, subject, text: subject })

test('it says where it listens, keeps mail over a SIGKILL, and ends when asked', async () => {
  const first = await start()
  await post(first.ready, 'one@example.com', 'first')
  await post(first.ready, 'two@example.com', 'second')
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')
  const { ready, child } = await start()
  expect((await list(ready)).map(({ subject }) => subject)).toEqual(['second', 'first'])
  expect((await list(ready, '?to=one@example.com')).map(({ subject }) => subject)).toEqual(['first'])
  await fetch(`${ready.url}/messages`, { method: 'DELETE' })
  expect(await list(ready)).toEqual([])
  expect(await readdir(dir)).toEqual([])
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
}, 20_000)

test('garbage gets a clear answer', async () => {
  const { ready } = await start()
  const status = async (path: string, init?: RequestInit) => (await fetch(`${ready.url}${path}`, init)).status
  expect(await status('/messages/1')).toBe(404)
  expect(await status('/messages/..%2f..%2fetc')).toBe(404)
  expect(await status('/faults', { method: 'POST', body: '{"rejectNext":"all"}' })).toBe(400)
  expect(await status('/faults', { method: 'POST', body: 'x'.repeat(100_000) })).toBe(400)
  expect(await status('/faults', { method: 'POST', body: '{"constructor":1}' })).toBe(400)
  const stranger = connect(ready.httpPort, '127.0.0.1')
  stranger.write('GET /messages HTTP/1.1\r\nHost: evil.example\r\n\r\n')
  const [answer] = (await once(stranger, 'data')) as [Buffer]
  stranger.destroy()
  expect(answer.toString()).toMatch(/^HTTP\/1.1 403 /)
  await expect(post(ready, 'one@example.com', 'x'.repeat(1_100_000))).rejects.toMatchObject({ responseCode: 552 })
}, 20_000)

test('mails are their owner’s alone, in a folder that was open before too', async () => {
  await chmod(dir, 0o755)
  const { ready } = await start()
  await post(ready, 'three@example.com', 'third')
  const files = (await readdir(dir)).map((name) => join(dir, name))
  const modes = await Promise.all([dir, ...files].map(async (path) => (await stat(path)).mode & 0o777))
  expect(modes).toEqual([0o700, 0o600, 0o600])
  await fetch(`${ready.url}/messages`, { method: 'DELETE' })
})
