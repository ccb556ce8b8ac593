import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createConnection } from 'node:net'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Children } from './children.ts'
import { cacheFolders } from './postgres-home.ts'
import type { Part } from './processes.ts'
import { withLock } from './run-lock.ts'

/** The newest version that `go install` accepts: later ones carry a replace line. */
const module = 'github.com/temporalio/cli/cmd/temporal@v1.5.1'

const buildLimitMs = 900_000
const downloadLimitMs = 300_000

const runs = (program: string, ...args: string[]): boolean => spawnSync(program, args, { stdio: 'ignore' }).status === 0
const cached = (): string => join(cacheFolders()[0] ?? '', 'bin/temporal')

/** The `temporal` program of this machine: on PATH, in the user's Go folder or in our cache; undefined when there is none. */
export const findTemporal = (): string | undefined =>
  ['temporal', join(homedir(), 'go/bin/temporal'), cached()].find((program) => runs(program, '--version'))

/** Whether this machine can build it. */
export const hasGo = (): boolean => runs('go', 'version')

type Way = { says: string; part: Part }

/** How to get it, best first: the SDK's download is whatever version Temporal hands out that day. */
const waysTo = (program: string): Way[] => [
  ...(hasGo() ? [building(dirname(program))] : []),
  {
    says: 'Downloading Temporal, once a machine',
    part: {
      name: 'temporal-download',
      command: process.execPath,
      args: [join(import.meta.dirname, 'temporal-download.ts'), program],
      env: {},
      limitMs: downloadLimitMs,
    },
  },
]

const building = (bin: string): Way => ({
  says: 'Building Temporal with Go, once a machine (about 3 minutes)',
  part: {
    name: 'temporal-install',
    command: 'go',
    args: ['install', module],
    env: { GOBIN: bin, GOFLAGS: undefined, CGO_ENABLED: '0' },
    isBackground: true,
    limitMs: buildLimitMs,
  },
})

/**
 * Gets `temporal` into the user's cache folder: built with Go where there is Go, at low priority; else, or where that
 * fails, downloaded by Temporal's SDK. `say` hears what goes on. Throws with the reason of each way, in one line.
 */
export async function installTemporal(children: Children, say: (line: string) => void): Promise<string> {
  const program = cached()
  mkdirSync(dirname(program), { recursive: true })
  const reasons: string[] = []
  await withLock(join(dirname(program), 'temporal.lock'), buildLimitMs + downloadLimitMs, async () => {
    for (const { says, part } of waysTo(program)) {
      if (runs(program, '--version')) return
      say(`… ${says}`)
      await children.run(part).catch((error: Error) => reasons.push(lastLine(error.message)))
    }
  })
  if (runs(program, '--version')) return program
  const gotNothing = reasons.join('; ') || 'what came does not run here'
  throw new Error(`it is not on this machine and could not be got (${gotNothing}).`)
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''

/** The dev server with a file database, so that workflows outlive a restart. */
export const temporalArgs = (port: number, dir: string): string[] => [
  ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port)],
  ...['--db-filename', join(dir, 'temporal.db'), '--log-level', 'error'],
]

/** Whether something listens there. */
export const listensAt = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host, port, timeout: 1_000 })
    const answer = (heard: boolean) => {
      socket.destroy()
      resolve(heard)
    }
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
    socket.once('timeout', () => answer(false))
  })

/** Waits until the port answers; false after `limitMs`. */
export async function untilListening(port: number, limitMs: number): Promise<boolean> {
  const until = Date.now() + limitMs
  while (!(await listensAt('127.0.0.1', port))) {
    if (Date.now() > until) return false
    await sleep(100)
  }
  return true
}
