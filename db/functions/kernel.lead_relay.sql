-- Takes the place of the one active relay (db/locks.ts) when it is free, for as long as this connection lives.
create or replace function kernel.lead_relay() returns boolean
  language sql security definer set search_path = pg_catalog, pg_temp
as $$ select pg_try_advisory_lock(7360004) $$;
revoke all on function kernel.lead_relay from public;
grant execute on function kernel.lead_relay to medley_relay;
