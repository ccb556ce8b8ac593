import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { seedAppointments } from '#db/seed/appointments.ts'
import { seed } from '#db/seed/run.ts'
import { changeEnv } from '#lib/env.ts'
import { build } from '#scripts/stack/build.ts'
import { Children } from '#scripts/stack/children.ts'
import { type DatabaseUrls, ownDatabase, prepareSchema } from '#scripts/stack/database.ts'
import { type Wiring, webAddress, webPart, workerPart } from '#scripts/stack/parts.ts'
import { freePort } from '#scripts/stack/ports.ts'
import { Registry } from '#scripts/stack/registry.ts'
import { secretsIn } from '#scripts/stack/secrets.ts'
import { step } from '#scripts/stack/steps.ts'

const appointments = 1_000_000
const root = join(import.meta.dirname, '..')
/** Room for thousands of holds from one address; what is measured is the database and the server, not the limiter. */
const noLimits = {
  RATE_LIMIT_PER_MINUTE: '10000000',
  RATE_LIMIT_PAGES_PER_MINUTE: '10000000',
  RATE_LIMIT_FORMS_PER_MINUTE: '10000000',
  RATE_LIMIT_HOLDS_PER_ADDRESS: '1000000',
  RATE_LIMIT_HOLDS_PER_LISTING_DAY: '1000000',
  RATE_LIMIT_BOOKINGS_PER_ADDRESS: '1000000',
  RATE_LIMIT_BOOKINGS_PER_LISTING_DAY: '1000000',
  RATE_LIMIT_BOOKINGS_PER_CONTACT: '1000000',
  RATE_LIMIT_MESSAGES_PER_CONTACT: '1000000',
}

/** What the cases run against: a filled database of its own, and a web server and a worker on it. */
export type World = {
  web: string
  urls: DatabaseUrls
  /** Resident memory of a part, in MiB. */
  memoryOf(part: 'web' | 'worker'): number
  /** The process of a part. */
  pidOf(part: 'web' | 'worker'): number
  seedRowsPerSecond: number
  appointments: number
  stop(): Promise<void>
}

/**
 * Brings the world up in `dir`. Full: every facility and a million appointments, kept for the next run; quick: the demo's
 * data. The environment of this process is set so that the product's own doors open on it.
 */
export async function world(dir: string, isQuick: boolean): Promise<World> {
  const secrets = secretsIn(dir)
  const database = await step('Postgres 18', () => ownDatabase(dir, secrets))
  await step('Schema', () => prepareSchema(database, secrets.contextKey))
  const { urls } = database
  const report = await step('Data', (progress) =>
    seed({ ownerUrl: urls.owner, scale: isQuick ? 'demo' : 'all', progress }),
  )
  const visits = isQuick
    ? report.visits
    : await step('Appointments', (progress) =>
        seedAppointments({ ownerUrl: urls.owner, count: appointments, progress }),
      )
  await step('Vacuum', () => settle(urls.owner))
  const ports = { web: await freePort(), smtp: await freePort(), mail: await freePort(), temporal: await freePort() }
  const wiring: Wiring = {
    ...{ root, dir, dev: false, ports, secrets, urls, mailUrl: undefined },
    smtpUrl: `smtp://127.0.0.1:${ports.smtp}`,
    temporalAddress: `127.0.0.1:${ports.temporal}`,
  }
  const children = new Children({ registry: new Registry(join(dir, 'processes.json')), logs: join(dir, 'logs'), root })
  await step('Pages', () => build(root, (part) => children.run(part)))
  const parts = { web: webPart(wiring), worker: workerPart(wiring) }
  children.keep({ ...parts.worker, env: { ...parts.worker.env, TEMPORAL_ADDRESS: undefined } })
  children.keep({ ...parts.web, env: { ...parts.web.env, ...noLimits, LOG_LEVEL: 'error' } })
  await step('Web', () => untilHealthy(webAddress(ports)))
  changeEnv({ ...parts.web.env, ...noLimits, DATABASE_WORKER_URL: urls.worker })
  return {
    web: webAddress(ports),
    urls,
    memoryOf: (part) => children.memoryOf(part),
    pidOf: (part) => children.pidOf(part),
    seedRowsPerSecond: report.rows / report.seconds,
    appointments: visits,
    stop: async () => {
      await children.stop()
      await database.stop()
    },
  }
}

/** What autovacuum does within minutes of such a load: without it, indexes cannot answer for rows that nobody touches. */
async function settle(ownerUrl: string): Promise<void> {
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  await owner`vacuum (analyze) listing, listing_hint, location, service, occupancy, appointment`
  await owner.end()
}

async function untilHealthy(web: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(`${web}/healthz`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
    if (answer?.ok) return
    await sleep(100)
  }
  throw new Error(`The web server does not answer at ${web}.`)
}
