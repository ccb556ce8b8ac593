-- The same for the listings of these visits, each named by its tenant and id.
create or replace function kernel.refresh_hints_of_visits(tenant_ids uuid[], visit_ids uuid[]) returns integer
  language sql security definer set search_path = pg_catalog, public, pg_temp
as $$
  select kernel.refresh_hints(kernel.beside(array(
    select a.listing_id from unnest(tenant_ids, visit_ids) as news(tenant_id, id)
    join appointment a on a.tenant_id = news.tenant_id and a.id = news.id)))
$$;
revoke all on function kernel.refresh_hints_of_visits from public;
grant execute on function kernel.refresh_hints_of_visits to medley_relay;
