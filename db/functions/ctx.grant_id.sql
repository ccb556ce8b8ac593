-- The row that the guest's capability names, or null.
create or replace function ctx.grant_id() returns uuid language sql stable parallel restricted set search_path = pg_catalog, pg_temp
  as $$ select nullif((ctx.claims())[5], '')::uuid $$;
revoke all on function ctx.grant_id from public;
grant execute on function ctx.grant_id to medley_guest, medley_patient, medley_staff, medley_worker, medley_kernel;
