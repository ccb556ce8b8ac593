-- The id of the request, or null.
create or replace function ctx.request_id() returns text language sql stable parallel restricted set search_path = pg_catalog, pg_temp
  as $$ select nullif((ctx.claims())[10], '') $$;
revoke all on function ctx.request_id from public;
grant execute on function ctx.request_id to medley_guest, medley_patient, medley_staff, medley_worker, medley_kernel;
