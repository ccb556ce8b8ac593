import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { tail } from '#scripts/stack/log-files.ts'
import { testEnv } from './stages.ts'

const root = join(import.meta.dirname, '../..')
const readyLimitMs = 600_000
const temporalLimitMs = 300_000
const stopLimitMs = 40_000

/** A demo of the tests' own, in its own data folder: what `npm start` starts, main job included. */
export class Demo {
  readonly dir: string
  readonly log: string
  readonly #settings: Record<string, string>
  #child: ChildProcess | undefined

  /** `settings` are added to its environment. */
  constructor(dir: string, settings: Record<string, string> = {}) {
    mkdirSync(dir, { recursive: true })
    this.dir = dir
    this.#settings = settings
    this.log = join(dir, 'start.log')
  }

  /** Resolves when the demo is ready. Throws with the end of its output when it ends or takes longer than 10 minutes. */
  async start(): Promise<void> {
    const out = openSync(this.log, 'a')
    const env = testEnv({ ...this.#settings, MEDLEY_DATA_DIR: this.dir })
    const child = spawn(process.execPath, [join(root, 'scripts/up.ts'), '--strict'], {
      cwd: root,
      env,
      stdio: ['ignore', out, out],
      detached: true, // Ctrl-C reaches us only, and we end it.
    })
    closeSync(out)
    this.#child = child
    const until = Date.now() + readyLimitMs
    while (!existsSync(join(this.dir, 'run.json'))) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(tail(this.log))
      if (Date.now() > until) throw new Error(`not ready after 10 minutes:\n${tail(this.log)}`)
      await sleep(250)
    }
    await this.#untilTemporal()
  }

  /** Temporal comes up beside and the product does not wait for it; tests that read mails do. */
  async #untilTemporal(): Promise<void> {
    const until = Date.now() + temporalLimitMs
    while (Date.now() < until) {
      const run = JSON.parse(readFileSync(join(this.dir, 'run.json'), 'utf8')) as { temporal: string | null }
      if (run.temporal || readFileSync(this.log, 'utf8').includes('! Without Temporal')) return
      await sleep(250)
    }
  }

  /** Starts web and worker anew, as a person does who has changed its keys. */
  restart(): void {
    this.#child?.kill('SIGUSR2')
  }

  /** Kills the process that watches over the parts, as a machine does that runs out of memory. */
  kill(): void {
    this.#child?.kill('SIGKILL')
    rmSync(join(this.dir, 'run.json'), { force: true })
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await Promise.race([ended, sleep(stopLimitMs, undefined, { ref: false })])
    if (child.exitCode === null) child.kill('SIGKILL')
  }
}
