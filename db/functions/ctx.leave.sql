-- Part of the reset between two transactions: frees advisory locks of the session, and raises 55000 when SQL prepared a
-- statement, which could stand in the place of one that the driver prepared. The connection is closed then.
create or replace function ctx.leave() returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_advisory_unlock_all();
  if exists (select from pg_prepared_statement() where from_sql) then
    raise exception 'a statement was prepared by SQL' using errcode = '55000';
  end if;
end $$;
revoke all on function ctx.leave from public;
grant execute on function ctx.leave 
  to medley_auth, medley_guest, medley_patient, medley_public, medley_relay, medley_staff, medley_worker;
