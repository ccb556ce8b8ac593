import postgres from 'postgres'
import { locks } from './locks.ts'
import { closeSystemFunctions, noteLogins, refuseDdl, watchLogins } from './system-functions.ts'

const doors = [
  'medley_staff',
  'medley_patient',
  'medley_guest',
  'medley_public',
  'medley_auth',
  'medley_worker',
  'medley_relay',
]
const makers = ['medley_ctx', 'medley_kernel', 'medley_identity']
const plain = 'nosuperuser nobypassrls nocreatedb nocreaterole noreplication noinherit'

/** Which door roles each login may take on. */
const doorsOf: Record<string, readonly string[]> = {
  medley_web: ['medley_staff', 'medley_patient', 'medley_guest', 'medley_public'],
  medley_signin: ['medley_auth'],
  medley_jobs: ['medley_worker', 'medley_relay', 'medley_public'],
}

/** A page read out of order costs what one in order does: it is in memory or on a disk without a head to move. */
const plans = { random_page_cost: '1.1' }
/** What a login that people wait for may take: a transaction ends after all, whatever it waits for. */
const prompt = {
  statement_timeout: '5s',
  lock_timeout: '3s',
  transaction_timeout: '15s',
  idle_in_transaction_session_timeout: '10s',
}
/**
 * How long a login may wait and work before Postgres ends it, how its statements are planned, and what one session of it may
 * have on disk in temporary files, which only a superuser can raise.
 */
const settings: Record<string, Record<string, string>> = {
  medley_web: { ...prompt, ...plans, temp_file_limit: '256MB' },
  medley_signin: { ...prompt, ...plans, temp_file_limit: '16MB' },
  medley_jobs: {
    temp_file_limit: '256MB',
    ...{ statement_timeout: '30s', lock_timeout: '3s', transaction_timeout: '35s' },
    ...{ idle_in_transaction_session_timeout: '30s', ...plans },
  },
}

/** The most that a login may hold of the server's connections. */
const shares: Record<string, number> = { medley_web: 0.5, medley_signin: 0.1, medley_jobs: 0.3, medley_owner: 0.1 }

const extensions = ['btree_gist', 'cube', 'pg_trgm', 'pgcrypto', 'unaccent']

/** A password for each login. */
export type Passwords = { owner: string; web: string; signin: string; jobs: string }

export type BootstrapOptions = {
  /** A superuser's URL, on any database of the cluster. */
  adminUrl: string
  database: string
  passwords: Passwords
}

/**
 * Makes the logins, the door roles, the database and its extensions, or brings them to what they should be.
 * Roles belong to the whole cluster, so this runs under an advisory lock and outside the migrations. Idempotent.
 */
export async function bootstrap({ adminUrl, database, passwords }: BootstrapOptions): Promise<void> {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} })
  try {
    await admin`select pg_advisory_lock(${locks.bootstrap})`
    await admin.begin((tx) => makeRoles(tx, passwords))
    const [found] = await admin`select 1 from pg_database where datname = ${database}`
    if (!found)
      await admin.unsafe(`create database ${quoted(database)} owner medley_owner template template0 encoding 'UTF8'`)
    await admin.unsafe(`revoke all on database ${quoted(database)} from public`)
    await admin.unsafe(`grant connect on database ${quoted(database)} to ${Object.keys(doorsOf).join(', ')}`)
  } finally {
    await admin.end({ timeout: 5 })
  }
  await openDatabase(adminUrl, database)
}

async function makeRoles(admin: postgres.TransactionSql, passwords: Passwords): Promise<void> {
  for (const role of [...doors, ...makers]) await ensureRole(admin, role, `nologin ${plain}`)
  await login(admin, 'medley_owner', passwords.owner)
  await login(admin, 'medley_web', passwords.web)
  await login(admin, 'medley_signin', passwords.signin)
  await login(admin, 'medley_jobs', passwords.jobs)
  for (const maker of makers) await admin.unsafe(`grant ${maker} to medley_owner with inherit false, set true`)
  for (const [name, roles] of Object.entries(doorsOf)) {
    await revokeOtherDoors(admin, name, roles)
    for (const role of roles) await admin.unsafe(`grant ${role} to ${name} with inherit false, set true`)
    await admin.unsafe(`alter role ${name} reset all`)
    for (const [setting, value] of Object.entries(settings[name] ?? {})) {
      await admin.unsafe(`alter role ${name} set ${setting} = '${value}'`)
    }
  }
  await shareConnections(admin)
  await noteLogins(admin, Object.keys(shares))
}

/** However many a login asks for, the others can still connect. */
async function shareConnections(admin: postgres.TransactionSql): Promise<void> {
  const [server] = await admin<{ most: number }[]>`
    select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most`
  for (const [name, share] of Object.entries(shares)) {
    await admin.unsafe(`alter role ${name} connection limit ${Math.max(5, Math.floor((server?.most ?? 0) * share))}`)
  }
}

async function openDatabase(adminUrl: string, database: string): Promise<void> {
  const url = new URL(adminUrl)
  url.pathname = `/${database}`
  const inside = postgres(url.href, { max: 1, onnotice: () => {} })
  try {
    for (const extension of extensions) await inside.unsafe(`create extension if not exists ${extension}`)
    await inside.unsafe('revoke all on schema public from public')
    await inside.unsafe(`grant usage on schema public to ${[...doors, ...makers].join(', ')}`)
    await inside.unsafe('grant all on schema public to medley_owner')
    await closeSystemFunctions(inside)
    await watchLogins(inside, Object.keys(doorsOf))
    await refuseDdl(inside, Object.keys(doorsOf))
  } finally {
    await inside.end({ timeout: 5 })
  }
}

/** Takes from a login the roles that an earlier version let it take on. */
async function revokeOtherDoors(
  admin: postgres.TransactionSql,
  login: string,
  doors: readonly string[],
): Promise<void> {
  const stale = await admin<{ role: string }[]>`
    select a.roleid::regrole::text as role from pg_auth_members a
    where a.member = ${login}::regrole and a.roleid::regrole::text <> all (${[...doors]}::text[])`
  for (const { role } of stale) await admin.unsafe(`revoke ${role} from ${login}`)
}

async function ensureRole(admin: postgres.TransactionSql, role: string, attributes: string): Promise<void> {
  const [found] = await admin`select 1 from pg_roles where rolname = ${role}`
  await admin.unsafe(`${found ? 'alter' : 'create'} role ${role} ${attributes}`)
}

async function login(admin: postgres.TransactionSql, role: string, password: string): Promise<void> {
  await ensureRole(admin, role, `login ${plain} password '${password.replaceAll("'", "''")}'`)
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
