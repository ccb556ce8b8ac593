import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { callers } from '#scripts/test/callers.ts'
import { Children, type Part } from './children.ts'
import { rotate } from './log-files.ts'
import { Registry } from './registry.ts'
import { listeningSocket } from './socket.ts'

const root = join(import.meta.dirname, '../..')
const dirs: string[] = []
const all: Children[] = []
afterEach(async () => {
  await Promise.all(all.splice(0).map((children) => children.stop()))
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})

function childrenIn(): { children: Children; dir: string } {
  const dir = mkdtempSync(join(tmpdir(), 'medley-children-'))
  dirs.push(dir)
  const children = new Children({ registry: new Registry(join(dir, 'processes.json')), logs: dir, root })
  all.push(children)
  return { children, dir }
}

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
  const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/`)).text()
  const pid = await ask()
  await expect(children.replace({ ...server(fd), args: ['--eval', 'process.exit(1)'] })).rejects.toThrow(
    'did not become ready',
  )
  expect(await ask()).toBe(pid)
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
