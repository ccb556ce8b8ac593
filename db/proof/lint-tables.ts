import { doorLogins, doorRoles, list, makerRoles, ours, relationName } from './lint-roles.ts'

const notFromExtension = (catalog: string, alias: string): string =>
  `not exists (select from pg_depend x where x.classid = '${catalog}'::regclass and x.objid = ${alias}.oid and x.deptype = 'e')`

/** Our relations of these kinds, alias c. */
const relations = (...kinds: string[]): string =>
  `pg_class c where c.relnamespace in ${ours} and c.relkind in (${kinds.map((kind) => `'${kind}'`).join(', ')}) and ${notFromExtension('pg_class', 'c')}`

/** The number of column tenant_id of the table `oid`, null when it has none. */
const tenantColumn = (oid: string): string =>
  `(select a.attnum from pg_attribute a where a.attrelid = ${oid} and a.attname = 'tenant_id' and not a.attisdropped)`

const commands = `(values ('r', 'SELECT'), ('a', 'INSERT'), ('w', 'UPDATE'), ('d', 'DELETE')) command(letter, word)`

export const tableRules = {
  rls_off: `select ${relationName} as object, 'row security is off' as detail from ${relations('r', 'p')} and not c.relrowsecurity`,

  rls_not_forced: `select ${relationName} as object, 'its owner passes by the policies' as detail
    from ${relations('r', 'p')} and not c.relforcerowsecurity`,

  no_policy: `select ${relationName} as object, 'has no policy' as detail
    from ${relations('r', 'p')} and not exists (select from pg_policy p where p.polrelid = c.oid)`,

  /** Tables belong to the makers: a superuser's own would not be held by FORCE. */
  table_owner: `select ${relationName} as object, 'belongs to ' || pg_get_userbyid(c.relowner) as detail
    from ${relations('r', 'p', 'v', 'm', 'S')} and pg_get_userbyid(c.relowner) <> all (${list(['medley_owner', ...makerRoles])})`,

  primary_key: `select ${relationName} as object, 'its primary key is not (tenant_id, id)' as detail
    from ${relations('r', 'p')} and ${tenantColumn('c.oid')} is not null
      and (select array_agg(a.attname::text order by k.n) from pg_index i cross join unnest(i.indkey::int[]) with ordinality k(attnum, n)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
        where i.indrelid = c.oid and i.indisprimary) is distinct from array['tenant_id', 'id']`,

  tenant_id_nullable: `select ${relationName} as object, 'tenant_id may be null' as detail
    from ${relations('r', 'p')} and exists (select from pg_attribute a
      where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped and not a.attnotnull)`,

  foreign_key_without_tenant: `select ${relationName} || ': ' || f.conname as object, 'refers to ' || f.confrelid::regclass || ' without the tenant' as detail
    from pg_constraint f join pg_class c on c.oid = f.conrelid
    where f.contype = 'f' and ${tenantColumn('f.confrelid')} is not null
      and not exists (select from unnest(f.conkey, f.confkey) pair(here, there)
        where pair.here = ${tenantColumn('f.conrelid')} and pair.there = ${tenantColumn('f.confrelid')})`,

  unique_without_tenant: `select ${relationName} || ': ' || i.indexrelid::regclass as object, 'is unique across tenants' as detail
    from pg_index i join pg_class c on c.oid = i.indrelid
    where c.relnamespace in ${ours} and (i.indisunique or i.indisexclusion)
      and ${tenantColumn('c.oid')} is not null and ${tenantColumn('c.oid')} <> all (i.indkey::int[])`,

  constraint_not_validated: `select ${relationName} || ': ' || k.conname as object, 'does not hold for every row' as detail
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where c.relnamespace in ${ours} and (not k.convalidated or not k.conenforced)`,

  /** A privilege on a table or column that no policy of the role speaks of; TRUNCATE, REFERENCES, TRIGGER always are. */
  grant_beyond_policy: `
    select ${relationName} || ': ' || a.privilege_type || ' to ' || coalesce(r.rolname, 'public') as object,
      case when a.is_grantable then 'may be handed on' else 'is in no policy' end as detail
    from pg_class c cross join aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
    where c.relnamespace in ${ours} and c.relkind in ('r', 'p') and ${notFromExtension('pg_class', 'c')} and a.grantee <> c.relowner
      and (a.is_grantable or not exists (select from pg_policy p join ${commands} on command.letter = p.polcmd::text
        where p.polrelid = c.oid and command.word = a.privilege_type and a.grantee = any (p.polroles)))
    union all
    select ${relationName} || '.' || t.attname || ': ' || a.privilege_type || ' to ' || coalesce(r.rolname, 'public'), 'is in no policy'
    from pg_class c join pg_attribute t on t.attrelid = c.oid cross join aclexplode(t.attacl) a left join pg_roles r on r.oid = a.grantee
    where c.relnamespace in ${ours} and a.grantee <> c.relowner
      and (a.is_grantable or not exists (select from pg_policy p join ${commands} on command.letter = p.polcmd::text
        where p.polrelid = c.oid and command.word = a.privilege_type and a.grantee = any (p.polroles)))`,

  /**
   * UPDATE or DELETE on a table permits LOCK TABLE in any mode: doors hold UPDATE by column, never on the key, and remove
   * through functions.
   */
  table_lockable: `
    select ${relationName} as object, r.rolname || ' holds ' || a.privilege_type || ' on the whole table' as detail
    from pg_class c cross join aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
    where c.relnamespace in ${ours} and c.relkind in ('r', 'p') and a.privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE', 'MAINTAIN')
      and r.rolname <> all (${list(makerRoles)}) and a.grantee <> c.relowner
    union all
    select ${relationName} || '.' || t.attname, r.rolname || ' may change the key or the tenant'
    from pg_class c join pg_attribute t on t.attrelid = c.oid cross join aclexplode(t.attacl) a join pg_roles r on r.oid = a.grantee
    where c.relnamespace in ${ours} and a.privilege_type = 'UPDATE' and a.grantee <> c.relowner and (t.attname = 'tenant_id'
      or exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and t.attnum = any (i.indkey)))`,

  policy_without_grant: `
    select ${relationName} || ': ' || p.polname as object, r.rolname || ' may not ' || command.word as detail
    from pg_policy p join pg_class c on c.oid = p.polrelid join ${commands} on command.letter = p.polcmd::text
    join pg_roles r on r.oid = any (p.polroles)
    where not has_table_privilege(r.oid, c.oid, command.word)
      and (p.polcmd = 'd' or not has_any_column_privilege(r.oid, c.oid, command.word))`,

  sequence_grant: `select ${relationName} as object, coalesce(r.rolname, 'public') || ' holds ' || a.privilege_type as detail
    from pg_class c cross join aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
    where c.relnamespace in ${ours} and c.relkind = 'S' and a.grantee <> c.relowner`,

  view_without_invoker: `select ${relationName} as object, 'reads as its owner, not as whoever asks' as detail
    from ${relations('v')} and not exists (select from pg_options_to_table(c.reloptions) o
      where o.option_name = 'security_invoker' and o.option_value::boolean)`,

  materialized_view_readable: `select ${relationName} as object, coalesce(r.rolname, 'public') || ' holds ' || a.privilege_type as detail
    from pg_class c cross join aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
    where c.relnamespace in ${ours} and c.relkind = 'm' and a.grantee <> c.relowner`,
} as const

/** A policy with one of its roles, and its name as the findings say it. */
const policies = `(
  select p.*, ${relationName} || ': ' || p.polname || ' to ' || coalesce(r.rolname, 'public') as object, r.rolname,
    pg_get_expr(p.polqual, p.polrelid) as reads, pg_get_expr(p.polwithcheck, p.polrelid) as writes
  from pg_policy p join pg_class c on c.oid = p.polrelid cross join unnest(p.polroles) role left join pg_roles r on r.oid = role
) p`

/** The expression without its calls of ctx functions in a scalar sub-select, as Postgres prints them. */
const withoutSubSelects = (expression: string): string =>
  `regexp_replace(coalesce(${expression}, ''), '\\( SELECT ctx\\.[a-z_]+\\([^()]*\\) AS [a-z_"]+\\)', '', 'g')`

const lacksTenant = (expression: string): string => `${expression} !~ 'tenant_id = \\( SELECT ctx\\.tenant\\('`

export const policyRules = {
  policies_overlap: `
    select ${relationName} as object, coalesce(r.rolname, 'public') || ' has ' || count(*) || ' policies for one command' as detail
    from pg_policy p join pg_class c on c.oid = p.polrelid cross join unnest(p.polroles) role left join pg_roles r on r.oid = role
    join ${commands} on p.polcmd::text in (command.letter, '*')
    group by c.oid, c.relname, c.relnamespace, r.rolname, command.letter having count(*) > 1`,

  policy_for_public: `select object, 'is for everyone' as detail from ${policies} where 0::oid = any (p.polroles)`,

  policy_for_stranger: `select object, 'is for a role that is no door' as detail from ${policies}
    where p.rolname <> all (${list([...doorRoles, 'medley_kernel', 'medley_identity'])})`,

  policy_for_all: `select object, 'is for every command at once' as detail from ${policies} where p.polcmd = '*'`,

  policy_incomplete: `select object, 'lacks USING or WITH CHECK' as detail from ${policies}
    where (p.polcmd in ('r', 'w', 'd', '*') and p.polqual is null) or (p.polcmd in ('a', 'w', '*') and p.polwithcheck is null)`,

  policy_always_true_read: `select object, 'shows every row' as detail from ${policies} where p.polcmd in ('r', '*') and p.reads = 'true'`,

  policy_always_true_write: `select object, 'lets every row be written' as detail from ${policies}
    where p.polcmd <> 'r' and (p.reads = 'true' or p.writes = 'true')`,

  /** A door that acts for one tenant compares the tenant, in every expression, on every tenant's table. */
  policy_without_tenant: `select object, 'does not compare the tenant' as detail from ${policies}
    where p.rolname = any (${list(['medley_staff', 'medley_guest', 'medley_worker'])}) and ${tenantColumn('p.polrelid')} is not null
      and (${lacksTenant('p.reads')} or ${lacksTenant('p.writes')})`,

  /** Bare in a policy, a function runs for every row: 156 times slower. */
  policy_calls_bare: `select object, 'calls a function for every row, outside (select …)' as detail from ${policies}
    where ${withoutSubSelects('p.reads')} ~ '(ctx|kernel)\\.' or ${withoutSubSelects('p.writes')} ~ '(ctx|kernel)\\.'`,
} as const

const functions = `pg_proc f join pg_namespace n on n.oid = f.pronamespace where n.oid in ${ours} and ${notFromExtension('pg_proc', 'f')}`
const functionName = `regexp_replace(n.nspname || '.', '^public\\.$', '') || f.proname`

export const functionRules = {
  /** What runs as its owner finds names where it was written to, and never first among a caller's temporary tables. */
  definer_search_path: `select ${functionName} as object, 'runs as its owner with an open search_path' as detail from ${functions}
    and f.prosecdef and not exists (select from unnest(f.proconfig) setting
      where setting ~ '^search_path=(pg_catalog|public|ctx|kernel|auth)(, (pg_catalog|public|ctx|kernel|auth))*, pg_temp$')`,

  definer_owner: `select ${functionName} as object, 'runs as ' || pg_get_userbyid(f.proowner) as detail from ${functions}
    and f.prosecdef and pg_get_userbyid(f.proowner) <> all (${list(makerRoles)})`,

  function_for_public: `select ${functionName} as object, 'may be called by anyone' as detail from ${functions}
    and exists (select from aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a where a.grantee = 0)`,

  /** A leakproof function may see rows before the policy has hidden them. */
  leakproof: `select ${functionName} as object, 'is marked leakproof' as detail from ${functions} and f.proleakproof`,

  login_may_call: `select ${functionName} as object, r.rolname || ' may call it without a door' as detail from ${functions.replace(' where ', ' cross join pg_roles r where ')}
    and r.rolname = any (${list(doorLogins)}) and has_function_privilege(r.oid, f.oid, 'execute')`,
} as const
