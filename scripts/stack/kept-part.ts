import type { ChildProcess } from 'node:child_process'
import type { Part, Processes } from './processes.ts'
import { say } from './steps.ts'

/** The waits before a part that ended is started again; the last one without end: what keeps it down may pass. */
const restartDelaysMs = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000]
const readyLimitMs = 60_000
/** A part that ran this long counts as healthy again. */
const healthyAfterMs = 60_000

/**
 * What a kept part is doing, as supervisord names it:
 * - `running`: its process runs; when that ends by itself, the part goes to `backoff`.
 * - `backoff`: its process ended by itself, and the next one is started when the timer fires.
 * - `replacing`: a new process is starting. When the old one ends meanwhile, the new one takes its place and no other does.
 * - `retiring`: the new process serves and is kept as in `running`; the old one finishes its open work.
 * - `stopped`: nothing is started any more.
 */
type State = 'running' | 'backoff' | 'replacing' | 'retiring' | 'stopped'

/** One named part that is kept running. One change at a time: a `replace` waits for the one before it. */
export class KeptPart {
  readonly #processes: Processes
  #part: Part
  #state: State = 'running'
  /** The process that serves; undefined while there is none. */
  #current: ChildProcess | undefined
  #startedAt = 0
  #failures = 0
  #timer: NodeJS.Timeout | undefined
  /** Resolves when the last change that was asked for is over, however it went. */
  #change: Promise<void> = Promise.resolve()
  #next: { part: Part; done: Promise<void> } | undefined

  constructor(part: Part, processes: Processes) {
    this.#part = part
    this.#processes = processes
    this.#start()
  }

  /** 0 while none runs. */
  get pid(): number {
    return this.#current?.pid ?? 0
  }

  /** As `Children.replace`. Calls that wait for the change under way become one, which starts the part given last. */
  replace(part: Part): Promise<void> {
    if (this.#next) {
      this.#next.part = part
      return this.#next.done
    }
    const next: { part: Part; done: Promise<void> } = { part, done: Promise.resolve() }
    next.done = this.#change.then(() => {
      this.#next = undefined
      return this.#replaceBy(next.part)
    })
    this.#next = next
    this.#change = next.done.catch(() => undefined)
    return next.done
  }

  /** As `Children.renew`. */
  async renew(): Promise<void> {
    if (this.#state === 'running' && !this.#next) await this.replace(this.#part)
    else await this.#change
  }

  /** From now on nothing is started; the processes are ended by `Processes.endAll`. */
  stop(): void {
    this.#state = 'stopped'
    clearTimeout(this.#timer)
  }

  async #replaceBy(part: Part): Promise<void> {
    if (this.#state === 'stopped') throw new Error(`${part.name} is stopping.`)
    clearTimeout(this.#timer)
    this.#state = 'replacing'
    try {
      if (part.socket === undefined || part.isSingle) await this.#replaceAfter(part)
      else await this.#replaceBeside(part)
    } catch (error) {
      this.#goOn()
      throw error
    }
  }

  async #replaceAfter(part: Part): Promise<void> {
    const old = this.#current
    if (old) await this.#processes.end(old)
    if (this.#isStopped()) throw new Error(`${part.name} is stopping.`)
    this.#part = part
    this.#failures = 0
    this.#start()
  }

  async #replaceBeside(part: Part): Promise<void> {
    const child = this.#processes.spawn(part)
    const fault = await untilReady(child)
    if (fault !== undefined) {
      await this.#processes.end(child)
      const log = this.#processes.logFile(part.name)
      throw new Error(`The new ${part.name} did not become ready: ${fault}. Its log: ${log}`)
    }
    if (this.#isStopped()) throw new Error(`${part.name} is stopping.`)
    const old = this.#current
    this.#part = part
    this.#failures = 0
    this.#watch(child)
    this.#state = 'retiring'
    if (child.exitCode !== null || child.signalCode !== null) this.#ended(child, 'it ended when it was ready')
    if (old) await this.#processes.end(old)
    if (this.#state === 'retiring') this.#state = 'running'
  }

  /** After a change that failed: the old process goes on, or is started again when it ended meanwhile. */
  #goOn(): void {
    if (this.#state !== 'replacing') return
    this.#state = 'running'
    if (!this.#current) this.#startLater('it ended while it was replaced')
  }

  #start(): void {
    this.#state = 'running'
    const child = this.#processes.spawn(this.#part)
    this.#watch(child)
  }

  #watch(child: ChildProcess): void {
    this.#current = child
    this.#startedAt = performance.now()
    child.once('error', (error) => this.#ended(child, error.message))
    child.once('exit', (code, signal) => this.#ended(child, signal ?? `exit ${code}`))
  }

  #ended(child: ChildProcess, how: string): void {
    if (this.#current !== child) return
    this.#current = undefined
    if (this.#state === 'running' || this.#state === 'retiring') this.#startLater(how)
  }

  #startLater(how: string): void {
    this.#state = 'backoff'
    if (performance.now() - this.#startedAt > healthyAfterMs) this.#failures = 0
    const delay = restartDelaysMs[Math.min(this.#failures, restartDelaysMs.length - 1)] ?? 0
    this.#failures += 1
    const { name } = this.#part
    say(`! ${name} ended (${how}); starting it again in ${delay / 1000} s. Its log: ${this.#processes.logFile(name)}`)
    this.#timer = setTimeout(() => this.#start(), delay)
  }

  /** Asked anew after each wait: `stop` comes at any moment. */
  #isStopped(): boolean {
    return this.#state === 'stopped'
  }
}

/** Undefined when the process says that it is ready, else why it is not. */
const untilReady = (child: ChildProcess): Promise<string | undefined> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve('it took too long'), readyLimitMs)
    const settle = (fault?: string): void => {
      clearTimeout(timer)
      resolve(fault)
    }
    child.once('message', () => settle())
    child.once('exit', () => settle('it ended'))
    child.once('error', (error) => settle(error.message))
  })
