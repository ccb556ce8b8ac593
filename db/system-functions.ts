import type postgres from 'postgres'

/**
 * Functions of Postgres itself that every login may call and none of ours needs: one SELECT of 100,000 advisory locks fills
 * the lock table of the whole cluster; large objects are files without a policy; the XML functions, `ts_stat` and
 * `ts_rewrite` run a query that comes as text; a login may end its own kind's backends; WAL messages fill the disk. Whoever
 * can read the names of the driver's prepared statements can prepare another in the place of the next. A savepoint that has a
 * transaction id keeps a lock, so whoever could ask for one without writing could fill the lock table as well.
 * `pg_sleep` stays: any long query does the same, and statement_timeout ends both.
 */
const closed =
  '^(pg_(try_)?advisory_|lo_|(cursor|database|query|schema|table)_to_xml)|^(loread|lowrite|ts_stat|ts_rewrite|pg_terminate_backend|pg_cancel_backend|pg_logical_emit_message|pg_prepared_statement|txid_current|pg_current_xact_id|pg_export_snapshot)$'

/** Who needs some of them by name. The functions of the kernel lock for their callers, those of ctx reset a session. */
const needed: [functions: string, roles: string][] = [
  ['^pg_(try_)?advisory_(xact_)?(un)?lock(_shared)?$', 'medley_owner, medley_kernel'],
  ['^pg_advisory_unlock_all$', 'medley_ctx'],
  ['^ts_stat$', 'medley_kernel'],
]

/** A password or a setting of a login as one hash: what the bootstrap left stands as a comment on the role. */
const fingerprint = `
  'password ' || left(encode(sha256(convert_to(coalesce(a.rolpassword, ''), 'UTF8')), 'hex'), 24) ||
  ' settings ' || left(encode(sha256(convert_to(coalesce((
    select string_agg(s.setdatabase || ' ' || array_to_string(s.setconfig, ','), ';' order by s.setdatabase)
    from pg_db_role_setting s where s.setrole = a.oid), ''), 'UTF8')), 'hex'), 24)`

/** Takes `closed` from PUBLIC in this database, and the language of DO blocks. A superuser's connection; idempotent. */
export async function closeSystemFunctions(admin: postgres.Sql): Promise<void> {
  const named = async (pattern: string): Promise<string> => {
    const rows = await admin<{ signature: string }[]>`
      select oid::regprocedure::text as signature from pg_proc
      where pronamespace = 'pg_catalog'::regnamespace and proname ~ ${pattern} order by 1`
    return rows.map(({ signature }) => signature).join(', ')
  }
  await admin.unsafe(`revoke all on function ${await named(closed)} from public`)
  for (const [pattern, roles] of needed) {
    await admin.unsafe(`grant execute on function ${await named(pattern)} to ${roles}`)
  }
  await admin.unsafe('revoke all on language plpgsql from public')
  await admin.unsafe('grant usage on language plpgsql to medley_owner, medley_ctx, medley_kernel, medley_identity')
}

/** Longer than any transaction of a door's login may take (db/bootstrap.ts); SQL can lift that limit for itself. */
const overdue = '60 seconds'

/** Notes how the bootstrap leaves these logins, so that `watch.altered_logins()` sees what anyone changes afterwards. */
export async function noteLogins(admin: postgres.TransactionSql, logins: readonly string[]): Promise<void> {
  const notes = await admin.unsafe<{ login: string; note: string }[]>(
    `select a.rolname as login, ${fingerprint} as note from pg_authid a where a.rolname = any ($1)`,
    [logins as string[]],
  )
  for (const { login, note } of notes) await admin.unsafe(`comment on role ${login} is '${note}'`)
}

/**
 * Makes `watch.altered_logins()`: the logins whose password or settings are not as the bootstrap left them. A login may change
 * its own, no event trigger fires for it, and only a superuser can read passwords, so a superuser owns the function. And
 * `watch.end_overdue()`, which ends transactions of `logins` that lifted their own limits, and says how many.
 */
export async function watchLogins(admin: postgres.Sql, logins: readonly string[]): Promise<void> {
  await admin.unsafe(`
    create schema if not exists watch;
    create or replace function watch.altered_logins() returns text[]
      language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
      select coalesce(array_agg(a.rolname::text order by a.rolname), '{}')
      from pg_authid a
      where a.rolname ~ '^medley_' and a.rolcanlogin and shobj_description(a.oid, 'pg_authid') is distinct from (${fingerprint})
    $$;
    create or replace function watch.end_overdue() returns integer
      language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
      select count(pg_terminate_backend(a.pid))::integer from pg_stat_activity a
      where a.usename in (${listed(logins)}) and a.xact_start < clock_timestamp() - interval '${overdue}'
    $$;
    revoke all on function watch.altered_logins, watch.end_overdue from public;
    grant usage on schema watch to medley_relay;
    grant execute on function watch.altered_logins, watch.end_overdue to medley_relay`)
}

/**
 * Makes the event trigger that refuses every DDL command of `logins` in this database (SQLSTATE 42501). Row policies name door
 * roles, and whoever can become a role may DROP OWNED BY it, which removes the policies for good. What functions of the owner
 * do for a login stays allowed: audit.add_months creates partitions. Only a superuser can drop or disable the trigger.
 */
export async function refuseDdl(admin: postgres.Sql, logins: readonly string[]): Promise<void> {
  await admin.unsafe(`
    create or replace function watch.refuse_ddl() returns event_trigger
      language plpgsql set search_path = pg_catalog, pg_temp
    as $$
    begin
      if session_user in (${listed(logins)}) and current_user <> 'medley_owner' then
        raise exception '% is refused to the login %', tg_tag, session_user using errcode = '42501';
      end if;
    end $$;
    revoke all on function watch.refuse_ddl from public;
    drop event trigger if exists refuse_ddl;
    create event trigger refuse_ddl on ddl_command_start execute function watch.refuse_ddl();
    alter event trigger refuse_ddl enable always`)
}

/** The names as a list of SQL strings. */
const listed = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ')
