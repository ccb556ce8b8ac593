-- The kind of the guest's capability (db/capability.ts), or null.
create or replace function ctx.grant_kind() returns text language sql stable parallel restricted set search_path = pg_catalog, pg_temp
  as $$ select nullif((ctx.claims())[6], '') $$;
revoke all on function ctx.grant_kind from public;
grant execute on function ctx.grant_kind to medley_guest, medley_patient, medley_staff, medley_worker, medley_kernel;
