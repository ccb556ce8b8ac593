import { setTimeout as sleep } from 'node:timers/promises'
import { log } from '#lib/log.ts'
import { Pool } from './pool.ts'

type Standing = {
  login: string
  powers: string | null
  owns: string | null
  creates: boolean
  holds: string | null
  inherits: string | null
  canBecome: string | null
}

const longestPauseMs = 10_000

/**
 * For the start of the web and the worker: looks until Postgres answers once, since a server may come up before its
 * database, and gives why this login may not be used, in plain words, or undefined. A login must stand below the
 * tenant wall: no power over roles or row security, nothing that it owns, holds or inherits, and no way to become
 * anything but a door. Gives undefined too when `signal` ends the looking.
 */
export async function faultOfLogin(url: string, signal?: AbortSignal): Promise<string | undefined> {
  const pool = new Pool(url, { max: 1 })
  try {
    for (let tries = 1; !signal?.aborted; tries += 1) {
      try {
        return told(await standingOf(pool))
      } catch (err) {
        if (tries === 1) log.warn({ part: 'postgres', err }, 'Postgres does not answer yet')
        await sleep(Math.min(500 * tries, longestPauseMs), undefined, signal && { signal }).catch(() => undefined)
      }
    }
    return undefined
  } finally {
    await pool.end()
  }
}

async function standingOf(pool: Pool): Promise<Standing | undefined> {
  const [standing] = await pool.ask(
    (sql) => sql<Standing[]>`
    select me.rolname as login,
      case when me.rolsuper then 'is a superuser' when me.rolbypassrls then 'bypasses row security (BYPASSRLS)'
        when me.rolreplication then 'may read the write-ahead log (REPLICATION)'
        when me.rolcreaterole then 'may make roles (CREATEROLE)' end as powers,
      (select min(c.oid::regclass::text) from pg_class c where c.relowner = me.oid and c.relkind in ('r', 'p', 'v', 'm', 'S')) as owns,
      has_schema_privilege(me.oid, 'public', 'create') as creates,
      coalesce(
        (select min(c.oid::regclass::text) from pg_class c
          where c.relkind in ('r', 'p', 'v', 'm') and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
            and has_any_column_privilege(me.oid, c.oid, 'select, insert, update, references')),
        (select min(p.oid::regproc::text) from pg_proc p
          where p.pronamespace in (select oid from pg_namespace where nspname in ('auth', 'ctx', 'kernel'))
            and has_function_privilege(me.oid, p.oid, 'execute'))) as holds,
      (select min(r.rolname) from pg_roles r where r.oid <> me.oid and pg_has_role(me.oid, r.oid, 'usage')) as inherits,
      (select min(r.rolname) from pg_roles r where r.oid <> me.oid and pg_has_role(me.oid, r.oid, 'set')
        and (r.rolsuper or r.rolbypassrls or r.rolname ~ '^pg_' or exists (select from pg_class c where c.relowner = r.oid)
          or exists (select from pg_proc p where p.proowner = r.oid))) as "canBecome"
    from pg_roles me where me.rolname = session_user`,
  )
  return standing
}

function told(standing: Standing | undefined): string | undefined {
  const fault = standing ? faultOf(standing) : 'is not known to the database'
  if (!fault) return undefined
  return `The database login "${standing?.login ?? ''}" ${fault}, so the tenant wall would not hold it. Use medley_web and medley_signin for the web and medley_jobs for the worker, as the bootstrap makes them.`
}

function faultOf(standing: Standing): string | undefined {
  if (standing.powers) return standing.powers
  if (standing.owns) return `owns ${standing.owns}`
  if (standing.inherits) return `inherits what ${standing.inherits} may do`
  if (standing.canBecome) return `may become ${standing.canBecome}, which is no door`
  if (standing.creates) return 'may make tables and functions in the schema public'
  if (standing.holds) return `holds a grant on ${standing.holds} without a door`
  return undefined
}
