import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { childEnv } from '#lib/env.ts'
import { makePrivate } from './log-files.ts'
import { endGroup, type Registry } from './registry.ts'

export type Part = {
  name: string
  command: string
  args: string[]
  env: Record<string, string | undefined>
  /** Lower the priority, for work that should not slow down what people wait for. */
  isBackground?: boolean
  /** For `run`: it is ended when it takes longer. */
  limitMs?: number
  /**
   * A listening socket of ours that the part accepts on: its descriptor 3, as systemd hands one over (LISTEN_FDS=1).
   * The part says that it is ready by `process.send`.
   */
  socket?: number
  /** Two of it must not run at once, though it has a socket: `replace` ends the old one first. */
  isSingle?: boolean
}

/** Every process that one run has spawned and that has not ended, from the moment it is spawned. */
export class Processes {
  readonly #registry: Registry
  readonly #logs: string
  readonly #root: string
  /** With each, how it is being ended: a second SIGTERM would kill one that lets its open work finish after the first. */
  readonly #alive = new Map<ChildProcess, Promise<void> | undefined>()
  #isClosed = false

  constructor(options: { registry: Registry; logs: string; root: string }) {
    this.#registry = options.registry
    this.#logs = options.logs
    this.#root = options.root
    mkdirSync(options.logs, { recursive: true })
    makePrivate(options.logs)
  }

  logFile(name: string): string {
    return join(this.#logs, `${name}.log`)
  }

  /** Spawns a process of the part. Throws after `endAll`. A command that does not exist gives an `error` event. */
  spawn(part: Part): ChildProcess {
    if (this.#isClosed) throw new Error('stopping')
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
      this.#alive.set(child, undefined)
      this.#registry.add(part.name, pid)
      child.once('exit', () => {
        this.#alive.delete(child)
        this.#registry.remove(pid)
      })
    }
    return child
  }

  /** Ends a process and its group; resolves when it has ended. One that has ended already is fine. */
  async end(child: ChildProcess): Promise<void> {
    if (!child.pid || !this.#alive.has(child)) return
    const ending =
      this.#alive.get(child) ?? Promise.all([once(child, 'exit'), endGroup(child.pid)]).then(() => undefined)
    this.#alive.set(child, ending)
    await ending
  }

  /** Ends all of them, waiting for open work. Nothing is spawned any more. */
  async endAll(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#alive.keys()].map((child) => this.end(child)))
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
