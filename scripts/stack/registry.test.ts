import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Children } from './children.ts'
import { freePort, holdPort } from './ports.ts'
import { gone, isAlive, processStart } from './process.ts'
import { Registry } from './registry.ts'
import { releaseLock, takeLock, withLock } from './run-lock.ts'
import { secretsIn } from './secrets.ts'

const dir = mkdtempSync(join(tmpdir(), 'medley-test-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const file = (name: string): string => join(dir, name)
const sleeper = (): number => spawn('sleep', ['60'], { detached: true, stdio: 'ignore' }).pid ?? 0

test('a free port is not one that somebody listens on', async () => {
  const taken = createServer()
  const port = await new Promise<number>((resolve) => {
    taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port))
  })
  expect(await freePort(port)).not.toBe(port)
  await new Promise((resolve) => taken.close(resolve))
  expect(await freePort(port)).toBe(port)
})

test('two who want one port at once get two, each kept for its holder until it is released', async () => {
  const wanted = await freePort()
  const [one, other] = await Promise.all([holdPort(wanted), holdPort(wanted)])
  expect(new Set([one.port, other.port, await freePort(wanted)]).size).toBe(3)
  await Promise.all([one.release(), other.release()])
  expect(await freePort(wanted)).toBe(wanted)
})

test('what a killed run left is ended by the next one', async () => {
  const pid = sleeper()
  new Registry(file('left.json')).add('web', pid)
  const next = new Registry(file('left.json'))
  expect(next.find('web')).toBe(pid)
  expect(await next.endAll()).toEqual(['web'])
  expect(isAlive(pid)).toBe(false)
})

test('a process that got an old id is left alone', async () => {
  const pid = sleeper()
  writeFileSync(file('reused.json'), JSON.stringify([{ name: 'web', pid, start: 'another time' }]))
  expect(await new Registry(file('reused.json')).endAll()).toEqual([])
  expect(isAlive(pid)).toBe(true)
  process.kill(pid, 'SIGKILL')
})

test('a registry cut short by a crash is empty, not an error', () => {
  writeFileSync(file('cut.json'), '[{"name": "we')
  expect(new Registry(file('cut.json')).find('web')).toBeUndefined()
})

test('a lock is held by a live process and taken over from a dead one', async () => {
  const lock = file('run.lock')
  expect(takeLock(lock)).toBeUndefined()
  expect(takeLock(lock)).toBe(process.pid)
  const pid = sleeper()
  writeFileSync(lock, `${pid} ${processStart(pid)}`)
  expect(takeLock(lock)).toBe(pid)
  process.kill(pid, 'SIGKILL')
  await gone(pid, 5_000)
  expect(takeLock(lock)).toBeUndefined()
  releaseLock(lock)
})

test('work under one lock never overlaps', async () => {
  let inside = 0
  let most = 0
  const work = async (): Promise<void> => {
    inside += 1
    most = Math.max(most, inside)
    await new Promise((resolve) => setTimeout(resolve, 20))
    inside -= 1
  }
  await Promise.all([1, 2, 3].map(() => withLock(file('work.lock'), 5_000, work)))
  expect(most).toBe(1)
})

test('a part that ends is started again, and stop ends it for good', async () => {
  const registry = new Registry(file('parts.json'))
  const children = new Children({ registry, logs: file('logs'), root: dir })
  children.keep({ name: 'part', command: 'sleep', args: ['60'], env: {} })
  const first = registry.find('part') ?? 0
  process.kill(first, 'SIGKILL')
  await expect.poll(() => registry.find('part') ?? first, { timeout: 5_000 }).not.toBe(first)
  const second = registry.find('part') ?? 0
  await children.stop()
  expect(isAlive(second)).toBe(false)
  expect(registry.find('part')).toBeUndefined()
})

test('a command that fails says the end of its log', async () => {
  const children = new Children({ registry: new Registry(file('one.json')), logs: file('logs'), root: dir })
  const failing = { name: 'failing', command: 'sh', args: ['-c', 'echo the reason >&2; exit 3'], env: {} }
  await expect(children.run(failing)).rejects.toThrow(/exit 3[\s\S]*the reason/)
  await expect(children.run({ ...failing, command: 'no-such-program' })).rejects.toThrow(/ENOENT/)
})

test('secrets are made once and differ between folders', () => {
  const one = secretsIn(file('a'))
  expect(secretsIn(file('a'))).toEqual(one)
  expect(secretsIn(file('b')).capabilityKey).not.toBe(one.capabilityKey)
})
