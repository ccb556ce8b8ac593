-- Housekeeping in bounded steps: expired holds and what they take, holds of yesterday, keys older than 72 hours, tallies whose
-- window is over. Returns how many holds and keys were removed, the listings whose times are free again, and whether a bound
-- was reached.
create or replace function kernel.sweep() returns table (holds integer, keys integer, freed uuid[], has_more boolean)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  most constant integer := 1000;
  most_keys constant integer := 5000;
  old_holds integer;
  tallies integer;
begin
  with gone as (
    select o.id, h.listing_id from hold h join occupancy o on o.appointment_id = h.id
    where h.expires_at <= clock_timestamp() and o.kind = 'hold' and o.expires_at <= clock_timestamp()
    order by o.id limit most for update of o skip locked
  ), removed as (
    delete from occupancy o using gone where o.id = gone.id returning gone.listing_id
  )
  select count(*)::integer, coalesce(array_agg(distinct r.listing_id), '{}') into holds, freed from removed r;
  with gone as (
    select h.tenant_id, h.id from hold h where h.expires_at < clock_timestamp() - interval '1 day'
    order by h.expires_at limit most for update skip locked
  )
  delete from hold h using gone where h.tenant_id = gone.tenant_id and h.id = gone.id;
  get diagnostics old_holds = row_count;
  with gone as (
    select i.scope, i.route, i.key_hash from idempotency i where i.created_at < clock_timestamp() - interval '72 hours'
    order by i.created_at limit most_keys for update skip locked
  )
  delete from idempotency i using gone
    where i.scope = gone.scope and i.route = gone.route and i.key_hash = gone.key_hash;
  get diagnostics keys = row_count;
  with gone as (
    select t.key from tally t where t.until < clock_timestamp() order by t.until limit most_keys for update skip locked
  )
  delete from tally t using gone where t.key = gone.key;
  get diagnostics tallies = row_count;
  has_more := greatest(holds, old_holds) >= most or greatest(keys, tallies) >= most_keys;
  return next;
end $$;
revoke all on function kernel.sweep from public;
grant execute on function kernel.sweep to medley_relay;
