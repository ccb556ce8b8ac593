import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createConnection } from 'node:net'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Children } from './children.ts'
import { cacheFolders } from './postgres-home.ts'
import { withLock } from './run-lock.ts'

/** The newest version that `go install` accepts: later ones carry a replace line. */
const module = 'github.com/temporalio/cli/cmd/temporal@v1.5.1'

const installLimitMs = 1_200_000

const runs = (program: string, ...args: string[]): boolean => spawnSync(program, args, { stdio: 'ignore' }).status === 0
const cached = (): string => join(cacheFolders()[0] ?? '', 'bin/temporal')

/** The `temporal` program of this machine: on PATH, in the user's Go folder or in our cache; undefined when there is none. */
export const findTemporal = (): string | undefined =>
  ['temporal', join(homedir(), 'go/bin/temporal'), cached()].find((program) => runs(program, '--version'))

/** Whether this machine could build it. */
export const canInstallTemporal = (): boolean => runs('go', 'version')

/** Builds `temporal` into the user's cache folder, at low priority; about 3 minutes on 2 cores, once a machine. */
export async function installTemporal(children: Children): Promise<string> {
  const bin = dirname(cached())
  mkdirSync(bin, { recursive: true })
  await withLock(join(bin, 'temporal.lock'), installLimitMs, async () => {
    if (runs(cached(), '--version')) return
    const env = { GOBIN: bin, GOFLAGS: undefined, CGO_ENABLED: '0' }
    await children.run({ name: 'temporal-install', command: 'go', args: ['install', module], env, isBackground: true })
  })
  return cached()
}

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
