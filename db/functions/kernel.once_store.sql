-- Keeps the result of a fresh key; part of the same transaction as the work.
create or replace function kernel.once_store(wanted_route text, wanted_key text, answer text, asker text) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  caller text := kernel.once_scope(wanted_route, asker);
begin
  update idempotency set result = answer
    where scope = caller and route = wanted_route and key_hash = wanted_key and result is null;
end $$;
revoke all on function kernel.once_store from public;
grant execute on function kernel.once_store to medley_guest, medley_staff, medley_worker;
