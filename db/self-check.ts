import type { Pool } from './pool.ts'

type Standing = {
  login: string
  isSuperuser: boolean
  bypassesRls: boolean
  owns: string | null
  holds: string | null
  inherits: string | null
  canBecome: string | null
}

/**
 * Refuses to go on under a login that stands above the wall: a superuser, one that bypasses row security, that owns
 * or may read tables by itself, that inherits from a role, or that may become such a role. For the start of the web
 * and the worker. Throws an Error in plain words; a database that does not answer throws postgres' own error.
 */
export async function assertPlainLogin(pool: Pool): Promise<void> {
  const [standing] = await pool.ask(
    (sql) => sql<Standing[]>`
    select me.rolname as login, me.rolsuper as "isSuperuser", me.rolbypassrls as "bypassesRls",
      (select min(c.oid::regclass::text) from pg_class c where c.relowner = me.oid) as owns,
      (select min(c.oid::regclass::text) from pg_class c
        where c.relkind in ('r', 'p', 'v', 'm') and c.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
          and has_any_column_privilege(me.oid, c.oid, 'select, insert, update, references')) as holds,
      (select min(r.rolname) from pg_roles r where r.oid <> me.oid and pg_has_role(me.oid, r.oid, 'usage')) as inherits,
      (select min(r.rolname) from pg_roles r where r.oid <> me.oid and pg_has_role(me.oid, r.oid, 'set')
        and (r.rolsuper or r.rolbypassrls or exists (select from pg_class c where c.relowner = r.oid)
          or exists (select from pg_proc p where p.proowner = r.oid))) as "canBecome"
    from pg_roles me where me.rolname = session_user`,
  )
  const fault = standing ? faultOf(standing) : 'the database does not know it'
  if (!fault) return
  throw new Error(
    `The database login "${standing?.login ?? ''}" stands above the tenant wall: ${fault}. Use the login medley_web for the web and medley_jobs for the worker, as the bootstrap makes them.`,
  )
}

function faultOf(standing: Standing): string | undefined {
  if (standing.isSuperuser) return 'it is a superuser'
  if (standing.bypassesRls) return 'it bypasses row security (BYPASSRLS)'
  if (standing.owns) return `it owns ${standing.owns}`
  if (standing.inherits) return `it inherits what ${standing.inherits} may do`
  if (standing.canBecome) return `it may become ${standing.canBecome}, which owns what the wall is made of`
  if (standing.holds) return `it holds a grant on ${standing.holds} without a door`
  return undefined
}
