-- The scope of the token: 'staff', 'guest' or 'system'.
create or replace function ctx.scope() returns text language sql stable parallel restricted set search_path = pg_catalog, pg_temp
  as $$ select (ctx.claims())[1] $$;
revoke all on function ctx.scope from public;
grant execute on function ctx.scope to medley_guest, medley_patient, medley_staff, medley_worker, medley_kernel;
