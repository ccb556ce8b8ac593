import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { childEnv } from '#lib/env.ts'
import { endGroup, type Registry } from './registry.ts'
import { say } from './steps.ts'

type Changes = Record<string, string | undefined>

export type Part = {
  name: string
  command: string
  args: string[]
  env: Changes
  /** Lower the priority, for work that should not slow down what people wait for. */
  isBackground?: boolean
  /** For `run`: it is ended when it takes longer. */
  limitMs?: number
}

/** The waits before a part that ended is started again; after the last one it is left. */
const restartDelaysMs = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000]
/** A part that ran this long counts as healthy again. */
const healthyAfterMs = 60_000
const largestLogBytes = 20_000_000

/** The processes of one run: started, watched, started again when they end by themselves, and ended together. */
export class Children {
  readonly #registry: Registry
  readonly #logs: string
  readonly #root: string
  readonly #running = new Map<string, ChildProcess>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #isStopping = false

  constructor(options: { registry: Registry; logs: string; root: string }) {
    this.#registry = options.registry
    this.#logs = options.logs
    this.#root = options.root
    mkdirSync(options.logs, { recursive: true })
  }

  logFile(name: string): string {
    return join(this.#logs, `${name}.log`)
  }

  /** Starts a part and keeps it running until `stop`. */
  keep(part: Part, failures = 0): void {
    if (this.#isStopping) return
    const begun = performance.now()
    const child = this.#start(part)
    const ended = (how: string): void => {
      if (this.#running.get(part.name) === child) this.#running.delete(part.name)
      else return
      if (this.#isStopping) return
      const count = performance.now() - begun > healthyAfterMs ? 0 : failures
      const delay = restartDelaysMs[count]
      if (delay === undefined) {
        say(`✗ ${part.name} keeps ending (${how}) and is left. Its log: ${this.logFile(part.name)}`)
        return
      }
      say(`! ${part.name} ended (${how}); starting it again in ${delay / 1000} s. Its log: ${this.logFile(part.name)}`)
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        this.keep(part, count + 1)
      }, delay)
      this.#timers.add(timer)
    }
    child.once('error', (error) => ended(error.message))
    child.once('exit', (code, signal) => ended(signal ?? `exit ${code}`))
  }

  /** Runs a command to its end. Throws with the end of its log when it fails. */
  async run(part: Part): Promise<void> {
    if (this.#isStopping) throw new Error('stopping')
    const from = existsSync(this.logFile(part.name)) ? statSync(this.logFile(part.name)).size : 0
    const child = this.#start(part)
    const { limitMs } = part
    const timer = limitMs && setTimeout(() => child.pid && endGroup(child.pid), limitMs)
    const how = await new Promise<string | undefined>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit ${code}`)))
    })
    clearTimeout(timer)
    this.#running.delete(part.name)
    if (how) throw new Error(`${part.name} failed (${how}):\n${tail(this.logFile(part.name), { from })}`)
  }

  isRunning(name: string): boolean {
    return this.#running.has(name)
  }

  /** Resident memory of a running part in MiB (Linux); NaN when it does not run or cannot be told. */
  memoryOf(name: string): number {
    const file = `/proc/${this.#running.get(name)?.pid ?? 0}/status`
    const kib = existsSync(file) ? /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined
    return Number(kib ?? Number.NaN) / 1024
  }

  /** Ends one part on purpose; it is not started again. */
  async end(name: string): Promise<void> {
    const child = this.#running.get(name)
    this.#running.delete(name)
    if (child?.pid) await endGroup(child.pid)
  }

  /** Ends everything, waiting for open work; nothing starts any more. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (const timer of this.#timers) clearTimeout(timer)
    await Promise.all([...this.#running.keys()].map((name) => this.end(name)))
  }

  #start(part: Part): ChildProcess {
    const file = this.logFile(part.name)
    if (existsSync(file) && statSync(file).size > largestLogBytes) truncateSync(file)
    const log = openSync(file, 'a', 0o600)
    // A session of its own: Ctrl-C reaches us only, and we end the parts in their order.
    const child = spawn(
      part.isBackground ? 'nice' : part.command,
      part.isBackground ? ['-n', '19', part.command, ...part.args] : part.args,
      {
        cwd: this.#root,
        env: childEnv(part.env),
        stdio: ['ignore', log, log],
        detached: true,
      },
    )
    closeSync(log)
    this.#running.set(part.name, child)
    const { pid } = child
    if (pid !== undefined) {
      this.#registry.add(part.name, pid)
      child.once('exit', () => this.#registry.remove(pid))
    }
    return child
  }
}

/** The last lines that a command wrote, after byte `from`. */
export const tail = (file: string, { from = 0, lines = 30 } = {}): string =>
  existsSync(file) ? readFileSync(file).subarray(from).toString('utf8').trim().split('\n').slice(-lines).join('\n') : ''
