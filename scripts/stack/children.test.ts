import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { callers } from '#scripts/test/callers.ts'
import { Children } from './children.ts'
import { rotate } from './log-files.ts'
import { isAlive } from './process.ts'
import type { Part } from './processes.ts'
import { Registry } from './registry.ts'
import { listeningSocket } from './socket.ts'

const root = join(import.meta.dirname, '../..')
const dirs: string[] = []
const all: Children[] = []
afterEach(async () => {
  await Promise.all(all.splice(0).map((children) => children.stop()))
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})

function childrenIn(): { children: Children; dir: string; alive: () => number[] } {
  const dir = mkdtempSync(join(tmpdir(), 'medley-children-'))
  dirs.push(dir)
  const file = join(dir, 'processes.json')
  const children = new Children({ registry: new Registry(file), logs: dir, root })
  all.push(children)
  const pids = (): number[] => (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }[]).map(({ pid }) => pid)
  return { children, dir, alive: () => pids().filter(isAlive) }
}

const ask = async (port: number): Promise<number> => Number(await (await fetch(`http://127.0.0.1:${port}/`)).text())

/** A server that takes `startMs` to come up and 50 ms for an answer, which is its process id; it drains as the web does. */
const serving = (startMs: number): string => `
  import { createServer } from 'node:http'
  import { setTimeout as sleep } from 'node:timers/promises'
  import { drain } from '#scripts/web/server.ts'
  await sleep(${startMs})
  let isDraining = false
  const server = createServer(async (_req, res) => {
    if (isDraining) res.setHeader('connection', 'close')
    await sleep(50)
    res.end(String(process.pid))
  })
  server.listen({ fd: 3 }, () => process.send('ready'))
  process.once('SIGTERM', () => {
    isDraining = true
    drain(server).then(() => process.exit(0))
  })`

const server = (socket: number, startMs = 500): Part => ({
  name: 'server',
  command: process.execPath,
  args: ['--input-type=module', '--eval', serving(startMs)],
  env: {},
  socket,
})

test('a part is replaced under constant calls, and none is refused', async () => {
  const { children } = childrenIn()
  const { port, fd } = listeningSocket()
  children.keep(server(fd))
  const { texts: pids, failed, stop } = callers(`http://127.0.0.1:${port}/`)
  for (let count = 0; count < 2; count += 1) {
    await sleep(500)
    await children.replace(server(fd))
  }
  await sleep(500)
  await stop()
  expect(failed).toEqual([])
  expect(pids.size).toBe(3)
}, 60_000)

test('a part is killed under constant calls: those in flight fail, and none is refused', async () => {
  const { children } = childrenIn()
  const { port, fd } = listeningSocket()
  children.keep(server(fd))
  const { texts: pids, failed, stop } = callers(`http://127.0.0.1:${port}/`)
  await expect.poll(() => pids.size, { timeout: 10_000 }).toBe(1)
  process.kill(Number([...pids][0]), 'SIGKILL')
  await expect.poll(() => pids.size, { timeout: 10_000 }).toBe(2)
  await stop()
  expect(failed.length).toBeLessThanOrEqual(8)
  expect(failed.filter((cause) => cause.includes('ECONNREFUSED'))).toEqual([])
}, 60_000)

test('a new one that does not come up leaves the old one at work', async () => {
  const { children } = childrenIn()
  const { port, fd } = listeningSocket()
  children.keep(server(fd, 0))
  const pid = await ask(port)
  await expect(children.replace({ ...server(fd), args: ['--eval', 'process.exit(1)'] })).rejects.toThrow(
    'did not become ready',
  )
  expect(await ask(port)).toBe(pid)
}, 60_000)

test('replacing a part three times at once leaves one process, the last one’s', async () => {
  const { children, alive } = childrenIn()
  const { port, fd } = listeningSocket()
  children.keep(server(fd, 0))
  await ask(port)
  const last = { ...server(fd, 300), env: { ROUND: 'last' } }
  await Promise.all([children.replace(server(fd, 300)), children.replace(server(fd, 0)), children.replace(last)])
  expect(alive()).toEqual([children.pidOf('server')])
  expect(readFileSync(`/proc/${await ask(port)}/environ`, 'utf8')).toContain('ROUND=last')
}, 60_000)

test('a part that dies while it is replaced is followed by the new one only', async () => {
  const { children, alive } = childrenIn()
  const { port, fd } = listeningSocket()
  children.keep(server(fd, 0))
  const old = await ask(port)
  const replaced = children.replace(server(fd, 2_000))
  process.kill(old, 'SIGKILL')
  await replaced
  // Longer than the wait before a part that ended is started again.
  await sleep(1_500)
  expect(alive()).toEqual([await ask(port)])
}, 60_000)

test('a part that dies while its new one does not come up is started again', async () => {
  const { children, alive } = childrenIn()
  const { port, fd } = listeningSocket()
  children.keep(server(fd, 0))
  const old = await ask(port)
  const replaced = children.replace({ ...server(fd), args: ['--eval', 'setTimeout(() => process.exit(1), 1500)'] })
  process.kill(old, 'SIGKILL')
  await expect(replaced).rejects.toThrow('did not become ready')
  const next = await ask(port)
  expect(next).not.toBe(old)
  expect(alive()).toEqual([next])
}, 60_000)

test('stopping while a part is replaced ends the new one too, and what waits does not start', async () => {
  const { children, alive } = childrenIn()
  const { port, fd } = listeningSocket()
  children.keep(server(fd, 0))
  await ask(port)
  const replaced = Promise.allSettled([children.replace(server(fd, 30_000)), children.replace(server(fd, 0))])
  await expect.poll(() => alive().length, { timeout: 10_000 }).toBe(2)
  await children.stop()
  expect(alive()).toEqual([])
  expect((await replaced).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(alive()).toEqual([])
}, 60_000)

test('a part without a socket never runs twice: the old one ends, then the new one starts', async () => {
  const { children, alive } = childrenIn()
  const part = { name: 'alone', command: 'sleep', args: ['60'], env: {} }
  children.keep(part)
  const old = children.pidOf('alone')
  await Promise.all([children.replace(part), children.replace(part), children.replace(part)])
  expect(isAlive(old)).toBe(false)
  expect(alive()).toEqual([children.pidOf('alone')])
})

test('renewing joins the change under way', async () => {
  const { children, alive } = childrenIn()
  const { port, fd } = listeningSocket()
  children.keep(server(fd, 0))
  await ask(port)
  const replaced = children.replace(server(fd))
  await expect.poll(() => alive().length, { timeout: 10_000 }).toBe(2)
  const [, next] = alive()
  await Promise.all([children.renew('server'), replaced])
  expect(alive()).toEqual([next])
  await children.renew('server')
  expect(alive()).toEqual([await ask(port)])
  expect(alive()).not.toEqual([next])
}, 60_000)

test('a part is started again however often it ends', async () => {
  const { children, dir } = childrenIn()
  const lives = join(dir, 'lives')
  const living = `require('node:fs').appendFileSync('${lives}', '.')`
  children.keep({ name: 'mortal', command: process.execPath, args: ['--eval', living], env: {} })
  await expect
    .poll(() => (existsSync(lives) ? readFileSync(lives, 'utf8') : '').length, { timeout: 20_000 })
    .toBeGreaterThan(2)
}, 30_000)

test('a log that grew too large is put aside, and its writer goes on in it', async () => {
  const { children, dir } = childrenIn()
  const talking = "setInterval(() => console.log('a line'), 5)"
  children.keep({ name: 'talker', command: process.execPath, args: ['--eval', talking], env: {} })
  const file = children.logFile('talker')
  const size = () => readFileSync(file, 'utf8').length
  await expect.poll(size, { timeout: 10_000 }).toBeGreaterThan(100)
  rotate(file, 100)
  expect(readFileSync(join(dir, 'talker.log.1'), 'utf8').length).toBeGreaterThan(100)
  await expect.poll(() => readFileSync(file, 'utf8'), { timeout: 10_000 }).toMatch(/^(a line\n)+$/)
})

test('the logs are their owner’s alone, also those that an earlier version made', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'medley-children-'))
  dirs.push(dir)
  const logs = join(dir, 'logs')
  mkdirSync(logs, { mode: 0o755 })
  writeFileSync(join(logs, 'web.log.1'), 'x', { mode: 0o644 })
  const children = new Children({ registry: new Registry(join(dir, 'processes.json')), logs, root })
  await children.run({ name: 'writer', command: 'echo', args: ['x'], env: {} })
  const modes = [logs, join(logs, 'web.log.1'), children.logFile('writer')].map((path) => statSync(path).mode & 0o777)
  expect(modes).toEqual([0o700, 0o600, 0o600])
})

test('what a part writes is its owner’s alone, whatever the mask of who started it', async () => {
  const { children, dir } = childrenIn()
  const file = join(dir, 'made', 'by-part')
  const write = `const { mkdirSync, writeFileSync } = require('node:fs')
    mkdirSync(${JSON.stringify(dirname(file))}); writeFileSync(${JSON.stringify(file)}, 'x')`
  const mask = process.umask(0o022)
  await children.run({ name: 'writer', command: process.execPath, args: ['--eval', write], env: {} })
  expect(process.umask(mask)).toBe(0o022)
  expect([dirname(file), file].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600])
})
