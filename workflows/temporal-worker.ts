import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  bundleWorkflowCode,
  DefaultLogger,
  type LogEntry,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker'
import { log } from '#lib/log.ts'
import * as activities from './booking/activities.ts'
import { failures } from './failure.ts'
import { taskQueue } from './temporal.ts'

const workflowsPath = fileURLToPath(new URL('./booking/workflow.ts', import.meta.url))
const firstPauseMs = 500
/** Short, since bookings wait for it: with ten seconds a third of what they may wait went by before it looked again. */
const longestPauseMs = 2_000
/** A run that lasted so long was one, and the next failure is a new one. */
const realRunMs = 10_000
/** Activities at once: fewer than the pool has connections, so that the relay always gets one. */
const activitiesAtOnce = 6
/**
 * Workflows kept in memory: those that are at work. All others wait for weeks until a reminder is due, and are read from
 * their history then. Left alone the SDK keeps one for each 1.7 MB of heap, and the worker grew from 408 to 1,319 MB.
 */
const cachedWorkflows = 100

/** Temporal's own log goes through ours. Once a process, before anything else of Temporal's runs. */
export function installRuntime(): void {
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ message, level }: LogEntry) => {
      // Said by our own interceptor, with the step and the attempt.
      if (message === 'Activity failed') return
      log[level === 'ERROR' ? 'error' : 'warn']({ part: 'temporal' }, message.slice(0, 200))
    }),
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN' }) } },
    shutdownSignals: [],
  })
}

/** The workflows as Temporal's sandbox runs them, bundled from the sources. Takes seconds. */
export const bundle = (): Promise<WorkflowBundleWithSourceMap> =>
  bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') })

/** Runs workflows and activities whenever Temporal is there: connects, works until it goes away, connects again. */
export class TemporalWorker {
  readonly #address: string
  #worker: Worker | undefined
  #bundle: WorkflowBundleWithSourceMap | undefined
  #isStopping = new AbortController()
  #running: Promise<void> | undefined
  #isAway = false

  constructor(address: string) {
    this.#address = address
  }

  /** Whether it is connected and working. */
  get isUp(): boolean {
    return this.#worker?.getState() === 'RUNNING'
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** Takes nothing new, lets what runs end (at most ten seconds), disconnects. */
  async stop(): Promise<void> {
    this.#isStopping.abort()
    if (this.isUp) this.#worker?.shutdown()
    await this.#running
  }

  async #run(): Promise<void> {
    let pauseMs = firstPauseMs
    while (!this.#isStopping.signal.aborted) {
      const begun = performance.now()
      await this.#once().catch((error: unknown) => this.#away(error))
      if (performance.now() - begun > realRunMs) pauseMs = firstPauseMs
      await sleep(pauseMs, undefined, { signal: this.#isStopping.signal }).catch(() => undefined)
      pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    }
  }

  /** Said once, not every two seconds. */
  #away(error: unknown): void {
    if (!this.#isAway) log.warn({ part: 'temporal', err: error }, 'not connected; trying again until it is back')
    this.#isAway = true
  }

  async #once(): Promise<void> {
    const connection = await NativeConnection.connect({ address: this.#address })
    try {
      this.#bundle ??= await bundle()
      if (this.#isStopping.signal.aborted) return
      this.#worker = await Worker.create({
        connection,
        taskQueue,
        workflowBundle: this.#bundle,
        activities,
        interceptors: { activity: [failures] },
        maxConcurrentActivityTaskExecutions: activitiesAtOnce,
        maxCachedWorkflows: cachedWorkflows,
        shutdownGraceTime: '5 seconds',
        shutdownForceTime: '10 seconds',
      })
      log.info({ part: 'temporal' }, 'connected')
      this.#isAway = false
      await this.#worker.run()
    } finally {
      this.#worker = undefined
      await connection.close()
    }
  }
}
