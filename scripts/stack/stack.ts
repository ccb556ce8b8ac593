import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { seed } from '#db/seed/run.ts'
import { env } from '#lib/env.ts'
import { build } from './build.ts'
import { Children } from './children.ts'
import {
  type Database,
  type DatabaseUrls,
  databaseSettings,
  externalDatabase,
  ownDatabase,
  prepareSchema,
} from './database.ts'
import { type DemoPorts, demoPorts } from './demo-ports.ts'
import { mainJob } from './journey.ts'
import { watchLiveness } from './liveness.ts'
import { keepLogsSmall } from './log-files.ts'
import { mailPart, type Wiring, webAddress, webPart, workerPart } from './parts.ts'
import { removeCluster } from './postgres.ts'
import { Registry } from './registry.ts'
import { type Account, dataDir, readRunFile, removeRunFile, writeRunFile } from './run-file.ts'
import { releaseLock, takeLock } from './run-lock.ts'
import { secretsIn } from './secrets.ts'
import { say, step } from './steps.ts'
import { findTemporal, installTemporal, temporalArgs, untilListening } from './temporal.ts'

export type Flags = { reset: boolean; demo: boolean; dev: boolean; strict: boolean }

const root = join(import.meta.dirname, '../..')
const webLimitMs = 90_000
/** What `--reset` takes away; the build, the bench's database and the pictures stay. */
const ofOneRun = [
  'mail',
  'logs',
  'temporal.db',
  'temporal.db-shm',
  'temporal.db-wal',
  'secrets.json',
  'ports.json',
  'processes.json',
]

/** One demo: database, mail catcher, Temporal, web and worker, in `.data` (MEDLEY_DATA_DIR). `start` resolves when it is ready. */
export class Stack {
  readonly #flags: Flags
  readonly #dir = dataDir()
  readonly #lock = join(this.#dir, 'run.lock')
  #hasLock = false
  #isStopping = false
  #children: Children | undefined
  #database: Promise<Database> | undefined
  #temporal: string | null = null
  #wiring: Wiring | undefined
  #release: DemoPorts['release'] = async () => {}

  constructor(flags: Flags) {
    this.#flags = flags
  }

  /** Brings everything up, a line a step. Throws with the reason and the fix when a step fails. */
  async start(): Promise<void> {
    const begun = performance.now()
    const external = externalDatabase(databaseSettings(), this.#flags.demo)
    this.#claim()
    const registry = new Registry(join(this.#dir, 'processes.json'))
    const left = await registry.endAll()
    if (left.length > 0) say(`✓ Ended what a killed run left: ${left.join(', ')}`)
    if (this.#flags.reset) await step('Beginning anew', () => this.#reset())
    removeRunFile()
    const logs = join(this.#dir, 'logs')
    this.#children = new Children({ registry, logs, root })
    keepLogsSmall([logs, join(this.#dir, 'postgres')])
    const wiring = await this.#wire(external)
    const accounts = await this.#fill(wiring)
    await this.#serve(wiring)
    this.#wiring = wiring
    if (!wiring.dev) this.#watchWeb(`${webAddress(wiring.ports)}/healthz`)
    const isWorking = await this.#proveMainJob(webAddress(wiring.ports))
    this.#note(wiring, accounts)
    if (isWorking) this.#welcome(wiring, accounts, performance.now() - begun)
  }

  /**
   * Starts web and worker anew with the keys that `secrets.json` holds now. The new web is ready before the old one ends,
   * and no call is refused. Throws when it does not become ready; the old one then goes on.
   */
  async restart(): Promise<void> {
    if (this.#isStopping) throw new Error('it is stopping.')
    if (!this.#wiring) throw new Error('it is still starting. Ask again when it says that it is ready.')
    const wiring = { ...this.#wiring, secrets: secretsIn(this.#dir) }
    const children = this.#childrenOrThrow()
    await step('New web', () => children.replace(webPart(wiring)))
    await step('New worker', () => children.replace(workerPart(wiring)))
  }

  /** Ends all of it, the database last. Safe to call at any moment. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#children?.stop()
    const database = await this.#database?.catch(() => undefined)
    await database?.stop()
    if (!this.#hasLock) return
    removeRunFile()
    releaseLock(this.#lock)
  }

  #claim(): void {
    mkdirSync(this.#dir, { recursive: true })
    const holder = takeLock(this.#lock)
    if (holder !== undefined) {
      const where = readRunFile()?.web ?? 'still starting'
      throw new Error(
        `Medley already runs from ${this.#dir}: ${where} (process ${holder}). Stop it there with Ctrl-C, or: kill ${holder}`,
      )
    }
    this.#hasLock = true
  }

  async #reset(): Promise<void> {
    await removeCluster(join(this.#dir, 'postgres'))
    for (const name of ofOneRun) rmSync(join(this.#dir, name), { recursive: true, force: true })
  }

  async #wire(external: DatabaseUrls | undefined): Promise<Wiring> {
    const secrets = secretsIn(this.#dir)
    this.#database = external
      ? Promise.resolve({ urls: external, bootstrap: async () => {}, stop: async () => {} })
      : step('Postgres 18', () => ownDatabase(this.#dir, secrets))
    const database = await this.#database
    await step('Schema', () => prepareSchema(database, secrets.contextKey))
    const { ports, webSocket, release } = await demoPorts(this.#dir)
    this.#release = release
    const { SMTP_URL, TEMPORAL_ADDRESS } = env()
    return {
      ...{ root, dir: this.#dir, dev: this.#flags.dev, ports, secrets, urls: database.urls, webSocket },
      smtpUrl: SMTP_URL ?? `smtp://127.0.0.1:${ports.smtp}`,
      mailUrl: SMTP_URL ? undefined : `http://127.0.0.1:${ports.mail}`,
      temporalAddress: TEMPORAL_ADDRESS ?? `127.0.0.1:${ports.temporal}`,
    }
  }

  /** Data and pages side by side; Temporal beside both. */
  async #fill(wiring: Wiring): Promise<Account[]> {
    const { owner } = wiring.urls
    const children = this.#childrenOrThrow()
    this.#temporalBeside(wiring).catch((error: Error) => {
      if (this.#isStopping) return
      say(`! Without Temporal: ${error.message.split('\n')[0]}`)
      say(`  Bookings work; messages wait until it is there (temporal.io/setup). Logs: ${join(this.#dir, 'logs')}`)
    })
    const pages = this.#flags.dev ? Promise.resolve() : step('Pages', () => build(root, (part) => children.run(part)))
    const data = step('Demo data', (progress) => seed({ ownerUrl: owner, scale: 'demo', progress }))
    const [{ accounts }] = await Promise.all([data, pages])
    return accounts
  }

  async #serve(wiring: Wiring): Promise<void> {
    const children = this.#childrenOrThrow()
    await this.#release('smtp', 'mail')
    if (wiring.mailUrl) children.keep(mailPart(wiring))
    children.keep(workerPart(wiring))
    children.keep(webPart(wiring))
    await step('Web', () => this.#untilHealthy(`${webAddress(wiring.ports)}/healthz`))
  }

  #watchWeb(url: string): void {
    const children = this.#childrenOrThrow()
    void watchLiveness({ url, restart: () => children.renew('web') }, () => this.#isStopping)
  }

  async #untilHealthy(url: string): Promise<void> {
    const until = Date.now() + webLimitMs
    while (Date.now() < until && !this.#isStopping) {
      const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
      if (answer?.ok) return
      await sleep(150)
    }
    throw new Error(`The web server does not answer at ${url}. Its log: ${this.#childrenOrThrow().logFile('web')}`)
  }

  async #proveMainJob(web: string): Promise<boolean> {
    try {
      say('… The main job, once in the open')
      await step('The main job works', () => mainJob(web))
      return true
    } catch (error) {
      if (this.#flags.strict || this.#isStopping) throw error
      say(`  ${error instanceof Error ? error.message : 'unknown error'}`)
      say(`  The parts keep running so that you can look: ${web}, logs in ${join(this.#dir, 'logs')}`)
      return false
    }
  }

  /** Brings Temporal up whenever it can be had; nothing waits for it. */
  async #temporalBeside(wiring: Wiring): Promise<void> {
    const children = this.#childrenOrThrow()
    if (env().TEMPORAL_ADDRESS) {
      this.#temporal = wiring.temporalAddress
      return
    }
    const program = findTemporal() ?? (await installTemporal(children, (line) => say(`${line}; nothing waits for it`)))
    const port = wiring.ports.temporal
    await this.#release('temporal')
    // One that an earlier version made is open to everybody.
    const kept = join(this.#dir, 'temporal.db')
    if (existsSync(kept)) chmodSync(kept, 0o600)
    children.keep({ name: 'temporal', command: program, args: temporalArgs(port, this.#dir), env: {} })
    if (!(await untilListening(port, 60_000)))
      throw new Error(`it does not answer. Its log: ${children.logFile('temporal')}.`)
    this.#temporal = wiring.temporalAddress
    const run = readRunFile()
    if (run) {
      writeRunFile({ ...run, temporal: this.#temporal })
      say(`✓ Temporal: ${this.#temporal}`)
    }
  }

  #note(wiring: Wiring, accounts: Account[]): void {
    writeRunFile({
      web: webAddress(wiring.ports),
      database: wiring.urls.web,
      databaseWorker: wiring.urls.worker,
      databaseOwner: wiring.urls.owner,
      temporal: this.#temporal,
      mail: wiring.mailUrl ?? new URL(wiring.smtpUrl).host,
      accounts: accounts.map(({ role, name, tenant }) => ({ role, name, tenant })),
    })
  }

  #welcome(wiring: Wiring, accounts: Account[], tookMs: number): void {
    const web = webAddress(wiring.ports)
    say(`\nMedley is ready in ${(tookMs / 1000).toFixed(1)} s: ${web}`)
    say(`  Sign in    ${web}/login  (one click, no password)`)
    for (const { role, name, tenant } of accounts)
      say(`             ${role.padEnd(13)} ${name}${tenant ? `, ${tenant}` : ''}`)
    if (wiring.mailUrl) say(`  Mails      ${web}/dev/outbox`)
    say(`  Temporal   ${this.#temporal ?? 'not up: messages wait until it is'}`)
    say(`  All else   ${join(this.#dir, 'run.json')}`)
    say('Ctrl-C stops all of it.')
  }

  #childrenOrThrow(): Children {
    if (!this.#children) throw new Error('start() was not called')
    return this.#children
  }
}
