-- Refreshes the hints of the listings of these visits and of all beside them, each named by its tenant and id, with the topic of
-- its news; how many that were. A booking takes time and gives none: it can only make a hint too early, which search bears, as it
-- looks at times live. So it counts only where it may have taken the next time that is hinted, at most a day apart with all gaps; a
-- day that it filled is left to kernel.sweep_hints.
create or replace function kernel.refresh_hints_of_visits(tenant_ids uuid[], visit_ids uuid[], topics text[]) returns integer
  language sql security definer set search_path = pg_catalog, public, pg_temp
as $$
  select kernel.refresh_hints(array(
    select distinct other.listing_id
    from unnest(tenant_ids, visit_ids, topics) as news(tenant_id, id, topic)
    join appointment a on a.tenant_id = news.tenant_id and a.id = news.id
    join listing_resource mine on mine.tenant_id = a.tenant_id and mine.listing_id = a.listing_id
    join listing_resource other on other.resource_id = mine.resource_id
    left join listing_hint h on h.listing_id = other.listing_id
    where news.topic <> 'booking.booked'
      or h.next_available_at between a.starts_at - interval '1 day' and a.ends_at + interval '1 day'))
$$;
revoke all on function kernel.refresh_hints_of_visits from public;
grant execute on function kernel.refresh_hints_of_visits to medley_relay;
