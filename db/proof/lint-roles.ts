/** The roles as they must be; said here once more, so that a slip in the bootstrap is seen. */
export const doorRoles = ['staff', 'patient', 'guest', 'public', 'auth', 'worker', 'relay'].map(
  (name) => `medley_${name}`,
)
export const makerRoles = ['medley_ctx', 'medley_kernel', 'medley_identity']
export const doorLogins = ['medley_web', 'medley_signin', 'medley_jobs']
const owner = 'medley_owner'

/** Which login may become which role. */
const memberships = [
  ...['staff', 'patient', 'guest', 'public'].map((door) => ['medley_web', `medley_${door}`]),
  ['medley_signin', 'medley_auth'],
  ...['worker', 'relay', 'public'].map((door) => ['medley_jobs', `medley_${door}`]),
  ...makerRoles.map((maker) => [owner, maker]),
]

/** The names as a text[] in SQL. */
export const list = (names: readonly string[]): string =>
  `array[${names.map((name) => `'${name}'`).join(', ')}]::text[]`

/** Schemas that are not Postgres' own. */
export const ours = `(select oid from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema')`

/** The name of a table, view, sequence (alias c) as the findings say it. */
export const relationName = `(select regexp_replace(n.nspname || '.', '^public\\.$', '') from pg_namespace n where n.oid = c.relnamespace) || c.relname`

const everyone = [...doorRoles, ...makerRoles, ...doorLogins, owner]

export const roleRules = {
  /** A role that could step over the wall, one that should not sign in and can, one that is missing or unknown. */
  role_attributes: `
    select r.rolname as object, concat_ws(', ', case when rolsuper then 'superuser' end, case when rolbypassrls then 'bypasses row security' end,
      case when rolcreaterole then 'creates roles' end, case when rolcreatedb then 'creates databases' end,
      case when rolreplication then 'replicates' end, case when rolinherit then 'inherits from its roles' end,
      case when rolcanlogin and rolname = any (${list([...doorRoles, ...makerRoles])}) then 'can sign in' end,
      case when rolname <> all (${list(everyone)}) then 'is not one of ours' end) as detail
    from pg_roles r
    where rolname like 'medley\\_%' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolinherit
      or (rolcanlogin and rolname = any (${list([...doorRoles, ...makerRoles])})) or rolname <> all (${list(everyone)}))
    union all
    select wanted, 'is missing' from unnest(${list(everyone)}) wanted where wanted not in (select rolname from pg_roles)`,

  /** A membership that is not in the list, that inherits, that may be handed on, or that is missing. */
  memberships: `
    with wanted(member, role) as (values ${memberships.map(([member, role]) => `('${member}', '${role}')`).join(', ')}),
    there as (
      select m.rolname::text as member, r.rolname::text as role, a.inherit_option, a.admin_option, a.set_option
      from pg_auth_members a join pg_roles m on m.oid = a.member join pg_roles r on r.oid = a.roleid
      where m.rolname like 'medley\\_%' or r.rolname like 'medley\\_%')
    select member || ' in ' || role as object, concat_ws(', ', case when w.member is null then 'is not in the list' end,
      case when inherit_option then 'inherits' end, case when admin_option then 'may be handed on' end,
      case when not set_option then 'cannot be taken on' end) as detail
    from there left join wanted w using (member, role)
    where w.member is null or inherit_option or admin_option or not set_option
    union all
    select member || ' in ' || role, 'is missing' from wanted where (member, role) not in (select member, role from there)`,

  /** A login with grants or objects of its own, or a door role that owns something: doors hold grants, logins nothing. */
  login_holds: `
    select r.rolname as object,
      case d.deptype when 'o' then 'owns ' else 'is named in the grants or policies of ' end
        || coalesce(pg_describe_object(d.classid, d.objid, d.objsubid), 'something') as detail
    from pg_shdepend d join pg_roles r on r.oid = d.refobjid and d.refclassid = 'pg_authid'::regclass
    where d.dbid in (0, (select oid from pg_database where datname = current_database()))
      and d.classid <> 'pg_auth_members'::regclass
      and ((r.rolname = any (${list(doorLogins)}) and d.classid <> 'pg_database'::regclass)
        or (r.rolname = any (${list([...doorLogins, ...doorRoles])}) and d.deptype = 'o'))`,

  /** Whoever may read the keys that sign contexts, besides the functions' owner. */
  context_key_readable: `
    select r.rolname as object, 'may read ctx.key' as detail
    from pg_roles r where r.rolname = any (${list([...doorRoles, ...doorLogins, 'medley_kernel', 'medley_identity', owner])})
      and (has_any_column_privilege(r.oid, 'ctx.key', 'select') or has_table_privilege(r.oid, 'ctx.key', 'select'))
    union all
    select 'public', 'may read ctx.key' from pg_class c cross join aclexplode(c.relacl) a
      where c.oid = 'ctx.key'::regclass and a.grantee = 0`,

  /** The database lets in only its logins, and lets none of them make tables, not even temporary ones. */
  database_open: `
    select coalesce(r.rolname, 'public') as object, 'holds ' || a.privilege_type || ' on the database' as detail
    from pg_database d cross join aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a left join pg_roles r on r.oid = a.grantee
    where d.datname = current_database() and a.grantee <> d.datdba
      and not (coalesce(r.rolname, '') = any (${list(doorLogins)}) and a.privilege_type = 'CONNECT' and not a.is_grantable)`,

  /** A schema that anyone may use, or in which a role of ours may put something. */
  schema_open: `
    select n.nspname as object, coalesce(r.rolname, 'public') || ' holds ' || a.privilege_type as detail
    from pg_namespace n cross join aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a left join pg_roles r on r.oid = a.grantee
    where n.oid in ${ours} and a.grantee <> n.nspowner
      and (a.grantee = 0 or (a.privilege_type <> 'USAGE' and r.rolname <> '${owner}') or a.is_grantable and r.rolname <> '${owner}')`,

  /** What Postgres lets everyone call and a login never needs (db/system-functions.ts), and the language of DO blocks. */
  system_function_open: `
    select f.oid::regprocedure::text as object, r.rolname || ' may call it' as detail
    from pg_proc f cross join pg_roles r
    where f.pronamespace = 'pg_catalog'::regnamespace and r.rolname = any (${list([...doorRoles, ...doorLogins])})
      and (f.proname ~ '^pg_.*advisory|^lo_|(cursor|database|query|schema|table)_to_xml'
        or f.proname in ('loread', 'lowrite', 'ts_stat', 'ts_rewrite', 'pg_terminate_backend', 'pg_cancel_backend', 'pg_logical_emit_message'))
      and has_function_privilege(r.oid, f.oid, 'execute')
    union all
    select 'plpgsql', r.rolname || ' may run DO blocks' from pg_roles r
    where r.rolname = any (${list([...doorRoles, ...doorLogins])}) and has_language_privilege(r.oid, 'plpgsql', 'usage')`,

  /** A login that can take every connection of the server. */
  connection_limit: `
    select rolname as object, 'may hold ' || rolconnlimit || ' connections' as detail from pg_roles
    where rolcanlogin and rolname ~ '^medley_'
      and (rolconnlimit < 1 or rolconnlimit > current_setting('max_connections')::int / 2)`,

  /** Grants that objects of the future would come with. */
  default_privileges: `
    select r.rolname as object, coalesce(g.rolname, 'public') || ' will hold ' || a.privilege_type || ' on what it makes' as detail
    from pg_default_acl d cross join aclexplode(d.defaclacl) a join pg_roles r on r.oid = d.defaclrole left join pg_roles g on g.oid = a.grantee
    where a.grantee <> d.defaclrole`,
} as const
