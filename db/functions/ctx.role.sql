-- The staff role, or null.
create or replace function ctx.role() returns text language sql stable parallel restricted set search_path = pg_catalog, pg_temp
  as $$ select nullif((ctx.claims())[4], '') $$;
revoke all on function ctx.role from public;
grant execute on function ctx.role to medley_guest, medley_patient, medley_staff, medley_worker, medley_kernel;
