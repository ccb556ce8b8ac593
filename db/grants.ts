import { is } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import type postgres from 'postgres'
import * as availability from './schema/availability.ts'
import * as booking from './schema/booking.ts'
import * as directory from './schema/directory.ts'
import * as identity from './schema/identity.ts'
import * as listing from './schema/listing.ts'
import * as notification from './schema/notification.ts'
import { columnsOf } from './schema/policy.ts'
import * as resource from './schema/resource.ts'
import * as system from './schema/system.ts'

const schema = [availability, booking, directory, identity, listing, notification, resource, system]

/** The policies whose role is granted only some columns (`onlyColumns`, `exceptColumns`). */
const limits = schema
  .flatMap((tables) => Object.values(tables).filter((value) => is(value, PgTable)))
  .flatMap((table) => {
    const { name, policies } = getTableConfig(table)
    return policies.flatMap((policy) => {
      const limit = columnsOf(policy)
      return limit ? [{ table: name, policy: policy.name, columns: [...limit.names], isExcept: limit.isExcept }] : []
    })
  })

/**
 * Grants each role what its policies let it do to a table, and nothing else. UPDATE is granted by column, on all but the
 * key and the tenant unless the policy says fewer (`onlyColumns`): a grant on the table would also permit LOCK TABLE in any mode. Only
 * the makers, whose functions nobody can take over, hold UPDATE on the table.
 */
export async function grantByPolicy(tx: postgres.TransactionSql): Promise<void> {
  const statements = await tx<{ statement: string }[]>`
    with limited as (
      select x.* from jsonb_to_recordset(${tx.json(limits)}) as x("table" text, policy text, columns text[], "isExcept" boolean)
    ), policy as (
      select p.polrelid as oid, p.polcmd as command, r.rolname as role, l.columns, l."isExcept" as is_except,
        case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' end as privilege,
        exists (select from pg_proc f where f.proowner = r.oid) as is_maker
      from pg_policy p join pg_class c on c.oid = p.polrelid join pg_roles r on r.oid = any (p.polroles)
      left join limited l on l."table" = c.relname and l.policy = p.polname and c.relnamespace = 'public'::regnamespace
      where p.polcmd <> '*'
    )
    select format('revoke all on table %s from %I', c.oid::regclass, r.rolname) as statement
    from pg_class c cross join pg_roles r
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and r.rolname like 'medley\_%'
      and r.rolname <> 'medley_owner'
      and (has_table_privilege(r.oid, c.oid, 'select, insert, update, delete, truncate, references, trigger, maintain')
        or has_any_column_privilege(r.oid, c.oid, 'select, insert, update, references'))
    union all
    select format('grant %s%s on table %s to %I', privilege, case
        when is_except then (select ' (' || string_agg(quote_ident(a.attname), ', ' order by a.attnum) || ')'
          from pg_attribute a where a.attrelid = policy.oid and a.attnum > 0 and not a.attisdropped and a.attname <> all (columns))
        when columns is not null then (select ' (' || string_agg(quote_ident(name), ', ') || ')' from unnest(columns) name)
        when command = 'w' and not is_maker then (select ' (' || string_agg(quote_ident(a.attname), ', ' order by a.attnum) || ')'
          from pg_attribute a where a.attrelid = policy.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attname <> 'tenant_id'
            and not exists (select from pg_index i where i.indrelid = policy.oid and i.indisprimary and a.attnum = any (i.indkey)))
        end, policy.oid::regclass, role)
    from policy`
  for (const { statement } of statements) await tx.unsafe(statement)
}
