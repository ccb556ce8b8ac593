import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { childEnv } from '#lib/env.ts'
import { tail } from './log-files.ts'
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
  /**
   * A listening socket of ours that the part accepts on: its descriptor 3, as systemd hands one over (LISTEN_FDS=1).
   * The part says that it is ready by `process.send`.
   */
  socket?: number
}

/** The waits before a part that ended is started again; the last one without end: what keeps it down may pass. */
const restartDelaysMs = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000]
const readyLimitMs = 60_000
/** A part that ran this long counts as healthy again. */
const healthyAfterMs = 60_000

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
  keep(part: Part): void {
    if (!this.#isStopping) this.#watch(part, this.#start(part))
  }

  /**
   * Starts a part anew beside the one that runs, and ends the old one when the new one is ready. Throws when the new one
   * ends or is not ready in time; the old one then goes on.
   */
  async replace(part: Part): Promise<void> {
    const old = this.#running.get(part.name)
    const child = this.#start(part)
    const ended = new AbortController()
    const end = once(child, 'exit', { signal: ended.signal }).then(() => 'it ended')
    const late = sleep(readyLimitMs, 'it took too long', { signal: ended.signal })
    const fault = await Promise.race([
      once(child, 'message', { signal: ended.signal }).then(() => undefined),
      end,
      late,
    ])
    ended.abort()
    await Promise.allSettled([end, late])
    if (fault !== undefined) {
      if (child.pid) await endGroup(child.pid)
      throw new Error(`The new ${part.name} did not become ready: ${fault}. Its log: ${this.logFile(part.name)}`)
    }
    this.#watch(part, child)
    if (old?.pid) await endGroup(old.pid)
    if (this.#isStopping) await this.end(part.name)
  }

  #watch(part: Part, child: ChildProcess, failures = 0): void {
    this.#running.set(part.name, child)
    const begun = performance.now()
    const ended = (how: string): void => {
      if (this.#running.get(part.name) !== child) return
      this.#running.delete(part.name)
      if (this.#isStopping) return
      const count = performance.now() - begun > healthyAfterMs ? 0 : failures
      const delay = restartDelaysMs[Math.min(count, restartDelaysMs.length - 1)] ?? 0
      say(`! ${part.name} ended (${how}); starting it again in ${delay / 1000} s. Its log: ${this.logFile(part.name)}`)
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        if (!this.#isStopping) this.#watch(part, this.#start(part), count + 1)
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
    this.#running.set(part.name, child)
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

  /** The process of a running part; 0 when it does not run. */
  pidOf(name: string): number {
    return this.#running.get(name)?.pid ?? 0
  }

  /** Resident memory of a running part in MiB (Linux); NaN when it does not run or cannot be told. */
  memoryOf(name: string): number {
    const file = `/proc/${this.pidOf(name)}/status`
    const kib = existsSync(file) ? /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined
    return Number(kib ?? Number.NaN) / 1024
  }

  /** Ends one part on purpose; it is not started again. */
  async end(name: string): Promise<void> {
    const child = this.#running.get(name)
    this.#running.delete(name)
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return
    await Promise.all([once(child, 'exit'), endGroup(child.pid)])
  }

  /** Ends everything, waiting for open work; nothing starts any more. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (const timer of this.#timers) clearTimeout(timer)
    await Promise.all([...this.#running.keys()].map((name) => this.end(name)))
  }

  #start(part: Part): ChildProcess {
    const log = this.#openLog(part.name)
    const output = log ?? 'ignore'
    const { socket } = part
    // What a part writes (mails, Temporal's database) is for its owner's eyes. Node passes no mask, a child inherits ours.
    const ownMask = process.umask(0o077)
    // A session of its own: Ctrl-C reaches us only, and we end the parts in their order.
    const child = spawn(
      part.isBackground ? 'nice' : part.command,
      part.isBackground ? ['-n', '19', part.command, ...part.args] : part.args,
      {
        cwd: this.#root,
        env: childEnv({ ...part.env, LISTEN_FDS: socket === undefined ? undefined : '1' }),
        stdio: socket === undefined ? ['ignore', output, output] : ['ignore', output, output, socket, 'ipc'],
        detached: true,
      },
    )
    process.umask(ownMask)
    if (log !== undefined) closeSync(log)
    const { pid } = child
    if (pid !== undefined) {
      this.#registry.add(part.name, pid)
      child.once('exit', () => this.#registry.remove(pid))
    }
    return child
  }

  /** A disk without room for a new file starts the part all the same, without a log. */
  #openLog(name: string): number | undefined {
    try {
      return openSync(this.logFile(name), 'a', 0o600)
    } catch {
      return undefined
    }
  }
}
