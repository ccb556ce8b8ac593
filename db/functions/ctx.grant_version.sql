-- The version of the row that the guest's capability was minted for, or null.
create or replace function ctx.grant_version() returns integer language sql stable parallel restricted set search_path = pg_catalog, pg_temp
  as $$ select nullif((ctx.claims())[7], '')::integer $$;
revoke all on function ctx.grant_version from public;
grant execute on function ctx.grant_version to medley_guest, medley_patient, medley_staff, medley_worker, medley_kernel;
