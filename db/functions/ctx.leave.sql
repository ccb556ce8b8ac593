-- Part of the reset between two transactions: frees advisory locks of the session.
create or replace function ctx.leave() returns void
  language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$ select pg_advisory_unlock_all() $$;
revoke all on function ctx.leave from public;
grant execute on function ctx.leave 
  to medley_auth, medley_guest, medley_patient, medley_public, medley_relay, medley_staff, medley_worker;
