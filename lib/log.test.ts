import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { childEnv } from './env.ts'
import { type LogFields, makeLog, safeError } from './log.ts'

const written = (fields: LogFields): string => {
  const lines: string[] = []
  makeLog('info', (line) => lines.push(line)).info(fields, 'said')
  return lines.join('')
}

test('a key that is not on the list never reaches a line', () => {
  const fields = { requestId: 'r-1', status: 200, email: 'canary@example.org' } as LogFields
  expect(JSON.parse(written(fields))).toMatchObject({ level: 'info', msg: 'said', requestId: 'r-1', status: 200 })
  expect(written(fields)).not.toContain('canary')
})

test('an error keeps name, code and frames and loses the values that databases put into messages', () => {
  const cause = Object.assign(new Error('invalid input syntax for type uuid: "canary"'), {
    code: '22P02',
    constraint_name: 'one',
  })
  const line = written({ err: new Error('Failed query: select $1\nparams: canary', { cause }) })
  expect(line).not.toContain('canary')
  expect(JSON.parse(line).err).toMatchObject({
    name: 'Error',
    message: 'Failed query: select $1',
    cause: { code: '22P02', constraint: 'one' },
  })
  expect(JSON.parse(line).err.frames.length).toBeGreaterThan(0)
})

test('what is thrown without being an error is named by its type only', () => {
  expect(safeError('canary')).toEqual({ name: 'string', frames: [] })
})

test('a circle of causes ends', () => {
  const error = new Error('round')
  error.cause = error
  expect(JSON.stringify(safeError(error)).match(/round/g)?.length).toBe(6)
})

// As a web server logs while the disk is full: Next answers an uncaught exception with one more line.
const chatty = `
  import { log } from '#lib/log.ts'
  let uncaught = 0
  process.on('uncaughtException', (error) => { uncaught += 1; log.error({ err: error }, 'uncaught') })
  const begun = process.cpuUsage()
  for (let line = 0; line < 50; line += 1) {
    log.info({ count: line }, 'x'.repeat(100_000))
    console.log('a library has something to say')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const { user, system } = process.cpuUsage(begun)
  const { rss } = process.memoryUsage()
  process.stderr.write(JSON.stringify({ uncaught, cpuMs: (user + system) / 1000, rss }))
  process.kill(process.pid, 'SIGKILL')`

test.runIf(process.platform === 'linux')(
  'a log on a full disk drops its lines: nothing throws, nothing spins',
  async () => {
    const args = ['--input-type=module', '--eval', chatty]
    const cwd = join(import.meta.dirname, '..')
    const env = childEnv({ LOG_LEVEL: 'info' })
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'] })
    const [said] = await Promise.all([text(child.stderr as NodeJS.ReadableStream), once(child, 'exit')])
    expect(JSON.parse(said)).toMatchObject({ uncaught: 0 })
    expect(JSON.parse(said).rss).toBeLessThan(300_000_000)
  },
)

test('a warning that repeats is written once in a while, with how many were suppressed', async () => {
  const lines: string[] = []
  const log = makeLog('info', (line) => lines.push(line), 200)
  const away = (requestId: string) => log.warn({ requestId, part: 'api', err: new Error('away') }, 'not served')
  for (let call = 0; call < 1_000; call += 1) away(`r-${call}`)
  log.warn({ part: 'api', err: new Error('another fault') }, 'not served')
  log.error({ err: new Error('away') }, 'not served')
  log.error({ err: new Error('away') }, 'not served')
  const written = () =>
    lines.map((line) => JSON.parse(line)).map(({ level, requestId, suppressed }) => [level, requestId, suppressed])
  expect(written()).toEqual([
    ['warn', 'r-0', undefined],
    ['warn', undefined, undefined],
    ['error', undefined, undefined],
    ['error', undefined, undefined],
  ])
  await expect.poll(() => written()[4], { timeout: 5_000 }).toEqual(['warn', 'r-999', 999])
  await sleep(500)
  away('r-later')
  expect(written().slice(5)).toEqual([['warn', 'r-later', undefined]])
})
