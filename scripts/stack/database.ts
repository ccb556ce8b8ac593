import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bootstrap } from '#db/bootstrap.ts'
import { installContextKey, parseContextKey } from '#db/context-key.ts'
import { migrate } from '#db/migrate.ts'
import { optionalSetting } from '#lib/env.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import type { Secrets } from './secrets.ts'
import { say } from './steps.ts'

/** The addresses of the demo's database, a login each. */
export type DatabaseUrls = { web: string; auth: string; worker: string; owner: string }

/** Our own server, kept alive; or somebody else's, where roles and database are theirs to make and stop does nothing. */
export type Database = { urls: DatabaseUrls; bootstrap(): Promise<void>; stop(): Promise<void> }

const names = ['DATABASE_URL', 'DATABASE_AUTH_URL', 'DATABASE_WORKER_URL', 'DATABASE_OWNER_URL'] as const
const databaseName = 'medley'
const longestPauseMs = 30_000

/**
 * The database that the caller's settings name, if any. Throws when only some of the four addresses are set, and
 * when `--demo` does not say that a demo may write into a database that is not its own.
 */
export function externalDatabase(
  settings: Record<string, string | undefined>,
  allowed: boolean,
): DatabaseUrls | undefined {
  const set = names.filter((name) => settings[name])
  if (set.length === 0) return undefined
  const lacking = names.filter((name) => !settings[name])
  if (lacking.length > 0)
    throw new Error(`${set.join(' and ')} set without ${lacking.join(' and ')}: set all four, or none.`)
  if (!allowed) {
    throw new Error(
      `${set[0]} names a database that is not the demo's own. The demo fills it with invented data and one-click accounts; if you mean that: npm start -- --demo`,
    )
  }
  return {
    web: settings.DATABASE_URL ?? '',
    auth: settings.DATABASE_AUTH_URL ?? '',
    worker: settings.DATABASE_WORKER_URL ?? '',
    owner: settings.DATABASE_OWNER_URL ?? '',
  }
}

/** The caller's own database settings, as far as they are set. */
export const databaseSettings = (): Record<string, string | undefined> =>
  Object.fromEntries(names.map((name) => [name, optionalSetting(name)]))

/** Starts our own Postgres in `dir` and keeps it alive until `stop`. */
export async function ownDatabase(dir: string, secrets: Secrets): Promise<Database> {
  const log = (line: string) => say(`  Postgres: ${line}`)
  const home = join(dir, 'postgres')
  let server = await startPostgres({ dir: home, log })
  const { port, adminUrl } = server
  let isStopping = false
  const heal = async (): Promise<void> => {
    for (;;) {
      await server.exited
      if (isStopping) return
      say('! Postgres ended; starting it again')
      const again = await startAgain(
        () => startPostgres({ dir: home, port, log }),
        () => isStopping,
      )
      if (!again) return
      if (isStopping) return again.stop()
      server = again
      say('✓ Postgres is back')
    }
  }
  const healing = heal()
  const url = (user: string, password: string): string =>
    `postgres://${user}:${password}@127.0.0.1:${port}/${databaseName}`
  return {
    urls: {
      web: url('medley_web', secrets.passwords.web),
      auth: url('medley_signin', secrets.passwords.signin),
      worker: url('medley_jobs', secrets.passwords.jobs),
      owner: url('medley_owner', secrets.passwords.owner),
    },
    bootstrap: () => bootstrap({ adminUrl, database: databaseName, passwords: secrets.passwords }),
    stop: async () => {
      isStopping = true
      // The watch on the server keeps no process alive; whoever waits for its end must stay until it is told.
      const awake = setInterval(() => {}, 1_000)
      await server.stop()
      await healing
      clearInterval(awake)
    },
  }
}

/** Tries without end, at last every 30 s: a full disk gets room again, a hung start ends. */
async function startAgain(start: () => Promise<Postgres>, isStopping: () => boolean): Promise<Postgres | undefined> {
  for (let pauseMs = 500; !isStopping(); pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await start()
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown'
      say(`! Postgres does not come back, again in ${pauseMs / 1000} s: ${reason}`)
    }
    for (let waited = 0; waited < pauseMs && !isStopping(); waited += 250) await sleep(250)
  }
  return undefined
}

/** Brings roles and schema to this version and makes the demo's signing key known. Gives the names of the migrations applied. */
export async function prepareSchema(database: Database, contextKey: string): Promise<string[]> {
  await database.bootstrap()
  const applied = await migrate(database.urls.owner).catch((error: Error) => {
    const isOtherVersion = /was changed after it ran|is not in this version/.test(error.message)
    throw isOtherVersion
      ? new Error(`${error.message}\nOr begin anew, without what is in this demo: npm start -- --reset`)
      : error
  })
  await installContextKey(database.urls.owner, parseContextKey(contextKey))
  return applied
}
