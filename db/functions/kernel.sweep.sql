-- Housekeeping, once a minute: holds that ran out long ago, keys older than 72 hours. Returns what was removed.
create or replace function kernel.sweep() returns table (holds integer, keys integer, freed uuid[])
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
  with gone as (
    select o.id, h.listing_id from hold h join occupancy o on o.appointment_id = h.id
    where h.expires_at <= clock_timestamp() and o.kind = 'hold' and o.expires_at <= clock_timestamp()
    order by o.id limit 1000 for update of o skip locked
  ), removed as (
    delete from occupancy o using gone where o.id = gone.id returning gone.listing_id
  )
  select count(*)::integer, coalesce(array_agg(distinct r.listing_id), '{}') into holds, freed from removed r;
  with gone as (
    select h.tenant_id, h.id from hold h where h.expires_at < clock_timestamp() - interval '1 day' limit 1000 for update skip locked
  )
  delete from hold h using gone where h.tenant_id = gone.tenant_id and h.id = gone.id;
  delete from idempotency i where i.created_at < clock_timestamp() - interval '72 hours';
  get diagnostics keys = row_count;
  return next;
end $$;
revoke all on function kernel.sweep from public;
grant execute on function kernel.sweep to medley_relay;
