import { existsSync, readFileSync, statSync } from 'node:fs'
import { KeptPart } from './kept-part.ts'
import { tail } from './log-files.ts'
import { type Part, Processes } from './processes.ts'
import type { Registry } from './registry.ts'

/** The parts of one run: started, watched, started again when they end by themselves, and ended together. */
export class Children {
  readonly #processes: Processes
  readonly #kept = new Map<string, KeptPart>()
  #isStopping = false

  constructor(options: { registry: Registry; logs: string; root: string }) {
    this.#processes = new Processes(options)
  }

  logFile(name: string): string {
    return this.#processes.logFile(name)
  }

  /** Starts a part and keeps it running until `stop`. Throws when one of that name is kept already. */
  keep(part: Part): void {
    if (this.#isStopping) return
    if (this.#kept.has(part.name)) throw new Error(`${part.name} is kept already`)
    this.#kept.set(part.name, new KeptPart(part, this.#processes))
  }

  /**
   * Puts a new process in the place of the one that runs, which may have changed settings. A part with a socket starts beside
   * the old one, which is ended when the new one is ready; any other is ended first. Resolves when the old one has ended.
   * Throws when the new one ends or is not ready within a minute; the old one then goes on.
   */
  replace(part: Part): Promise<void> {
    return this.#keptOrThrow(part.name).replace(part)
  }

  /**
   * Replaces a part by itself because it does not answer. When it is being changed already, that change is waited for
   * instead; one that ended and waits for its next start is left to that.
   */
  renew(name: string): Promise<void> {
    return this.#keptOrThrow(name).renew()
  }

  /** Runs a command to its end. Throws with the end of its log when it fails. */
  async run(part: Part): Promise<void> {
    const log = this.logFile(part.name)
    const from = existsSync(log) ? statSync(log).size : 0
    const child = this.#processes.spawn(part)
    const timer = part.limitMs && setTimeout(() => void this.#processes.end(child), part.limitMs)
    const how = await new Promise<string | undefined>((resolve) => {
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit ${code}`)))
    })
    clearTimeout(timer)
    if (how) throw new Error(`${part.name} failed (${how}):\n${tail(log, { from })}`)
  }

  /** The process of a kept part; 0 when it does not run. */
  pidOf(name: string): number {
    return this.#kept.get(name)?.pid ?? 0
  }

  /** Resident memory of a kept part in MiB (Linux); NaN when it does not run or cannot be told. */
  memoryOf(name: string): number {
    const file = `/proc/${this.pidOf(name)}/status`
    const kib = existsSync(file) ? /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined
    return Number(kib ?? Number.NaN) / 1024
  }

  /** Ends everything that was spawned, waiting for open work; nothing starts any more. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (const part of this.#kept.values()) part.stop()
    await this.#processes.endAll()
  }

  #keptOrThrow(name: string): KeptPart {
    const part = this.#kept.get(name)
    if (!part) throw new Error(`${name} is not kept`)
    return part
  }
}
