import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { bootstrap, type Passwords } from '#db/bootstrap.ts'
import { installContextKey, parseContextKey } from '#db/context-key.ts'
import { migrate } from '#db/migrate.ts'
import { testSettings } from './settings.ts'

/** The addresses of one database, a login each. */
export type Urls = { web: string; auth: string; jobs: string; owner: string; admin: string }

const templateLock = 7_360_101
const root = join(import.meta.dirname, '../..')

/** What a template is made from: when any of it changes, so does the template's name. */
function templateHash(): string {
  const hash = createHash('sha256').update(testSettings.CONTEXT_KEY)
  const texts = ['migrations', 'functions', 'schema'].flatMap((folder) =>
    readdirSync(join(root, 'db', folder))
      .filter((name) => /\.sql$|(?<!\.test)\.ts$/.test(name))
      .sort()
      .map((name) => `${folder}/${name}`),
  )
  const sources = [
    'bootstrap.ts',
    'system-functions.ts',
    'migrate.ts',
    'grants.ts',
    'functions.ts',
    'context-key.ts',
    ...texts,
  ]
  for (const name of sources) hash.update(name).update(readFileSync(join(root, 'db', name)))
  return hash.digest('hex').slice(0, 12)
}

/** The same passwords for everyone who shares a cluster: roles belong to the cluster, not to a run. */
function passwords(adminUrl: string): Passwords {
  const of = (role: string) => createHash('sha256').update(`${adminUrl} ${role}`).digest('hex').slice(0, 32)
  return { owner: of('owner'), web: of('web'), signin: of('signin'), jobs: of('jobs') }
}

/** The addresses of `database` on the test cluster. */
export function urlsOf(adminUrl: string, database: string): Urls {
  const as = (user: string, password: string): string => {
    const url = new URL(adminUrl)
    Object.assign(url, { username: user, password, pathname: `/${database}` })
    return url.href
  }
  const secret = passwords(adminUrl)
  const admin = new URL(adminUrl)
  return {
    web: as('medley_web', secret.web),
    auth: as('medley_signin', secret.signin),
    jobs: as('medley_jobs', secret.jobs),
    owner: as('medley_owner', secret.owner),
    admin: as(admin.username, admin.password),
  }
}

async function asAdmin<T>(adminUrl: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

const exists = async (sql: postgres.Sql, database: string): Promise<boolean> =>
  (await sql`select 1 from pg_database where datname = ${database}`).length > 0

/** Makes the migrated template unless this cluster has it; gives its name. Runs that share a cluster wait for each other. */
export async function template(adminUrl: string): Promise<string> {
  const name = `medley_template_${templateHash()}`
  await asAdmin(adminUrl, async (sql) => {
    await sql`select pg_advisory_lock(${templateLock})`
    if (await exists(sql, name)) return
    const building = `${name}_building`
    await sql.unsafe(`drop database if exists ${building} with (force)`)
    await bootstrap({ adminUrl, database: building, passwords: passwords(adminUrl) })
    const { owner } = urlsOf(adminUrl, building)
    await migrate(owner)
    await installContextKey(owner, parseContextKey(testSettings.CONTEXT_KEY))
    await sql.unsafe(`alter database ${building} rename to ${name}`)
  })
  return name
}

/** Makes `database` as a copy of the template unless it is there, with the database's own grants, which a copy lacks. */
export async function clone(adminUrl: string, from: string, database: string): Promise<Urls> {
  await asAdmin(adminUrl, async (sql) => {
    if (await exists(sql, database)) return
    await sql.unsafe(`create database ${database} template ${from} owner medley_owner`)
    await bootstrap({ adminUrl, database, passwords: passwords(adminUrl) })
  })
  return urlsOf(adminUrl, database)
}

/** Drops the databases whose name begins so, connected or not. */
export async function dropDatabases(adminUrl: string, prefix: string): Promise<void> {
  await asAdmin(adminUrl, async (sql) => {
    const rows = await sql<
      { name: string }[]
    >`select datname as name from pg_database where starts_with(datname, ${prefix})`
    for (const { name } of rows) await sql.unsafe(`drop database if exists ${name} with (force)`)
  })
}
