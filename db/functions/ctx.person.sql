-- The signed-in person, or null.
create or replace function ctx.person() returns uuid language sql stable parallel restricted set search_path = pg_catalog, pg_temp
  as $$ select nullif((ctx.claims())[3], '')::uuid $$;
revoke all on function ctx.person from public;
grant execute on function ctx.person to medley_guest, medley_patient, medley_staff, medley_worker, medley_kernel;
