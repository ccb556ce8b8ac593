-- Hints for sorting follow what happened; the sweep only catches up with what slipped by.
set local role medley_kernel;

-- These listings and all that share a practitioner, a room or a device with them: time taken in one is taken in each.
create function kernel.beside(listing_ids uuid[]) returns uuid[]
  language sql stable set search_path = pg_catalog, public, pg_temp
as $$
  select coalesce(array_agg(distinct other.listing_id), '{}')
  from listing_resource mine join listing_resource other on other.resource_id = mine.resource_id
  where mine.listing_id = any (listing_ids)
$$;

-- Refreshes the hints of these listings and of all beside them; how many that were.
create function kernel.refresh_hints_beside(listing_ids uuid[]) returns integer
  language sql security definer set search_path = pg_catalog, public, pg_temp
as $$ select kernel.refresh_hints(kernel.beside(listing_ids)) $$;

-- The same for the listings of these visits, each named by its tenant and id.
create function kernel.refresh_hints_of_visits(tenant_ids uuid[], visit_ids uuid[]) returns integer
  language sql security definer set search_path = pg_catalog, public, pg_temp
as $$
  select kernel.refresh_hints(kernel.beside(array(
    select a.listing_id from unnest(tenant_ids, visit_ids) as news(tenant_id, id)
    join appointment a on a.tenant_id = news.tenant_id and a.id = news.id)))
$$;

-- Removes expired holds and keys after 72 hours, in bounded steps, and names the listings whose times are free again.
drop function kernel.sweep();
create function kernel.sweep() returns table (holds integer, keys integer, freed uuid[])
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

revoke all on function kernel.beside, kernel.refresh_hints_beside, kernel.refresh_hints_of_visits, kernel.sweep from public;
grant execute on function kernel.refresh_hints_beside, kernel.refresh_hints_of_visits, kernel.sweep to medley_relay;
reset role;
