-- The newest migration that ran here, so that a server can tell whether the schema is its own.
create or replace function kernel.newest_migration() returns text
  language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select name from migration.ledger order by name desc limit 1 $$;
revoke all on function kernel.newest_migration from public;
grant execute on function kernel.newest_migration to medley_public;
