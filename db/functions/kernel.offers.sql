-- The listings with the service asked for (null: their first), and the bounds of its starts: notice and horizon applied.
-- `as_booked` (null: as the service is now) is an offer of earlier, whose length and gaps count instead of the present ones.
create or replace function kernel.offers(
  listing_ids uuid[], wanted_service uuid, from_at timestamptz, to_at timestamptz, as_booked jsonb
) returns table (
  listing_id uuid, service_id uuid, tenant_id uuid, location_id uuid, zone text,
  duration interval, before_gap interval, after_gap interval, step interval, lo timestamptz, hi timestamptz
) language sql stable as $$
  select * from (
    select l.id, s.id, l.tenant_id, l.location_id, l.time_zone,
      make_interval(mins => coalesce((as_booked ->> 'durationMinutes')::integer, s.duration_minutes)),
      make_interval(mins => coalesce((as_booked ->> 'bufferBeforeMinutes')::integer, s.buffer_before_minutes)),
      make_interval(mins => coalesce((as_booked ->> 'bufferAfterMinutes')::integer, s.buffer_after_minutes)),
      make_interval(mins => s.step_minutes),
      greatest(from_at, clock_timestamp() + make_interval(mins => s.minimum_notice_minutes)),
      least(to_at, clock_timestamp() + make_interval(hours => 24 * s.horizon_days))
    from unnest(listing_ids) as wanted(id)
    join listing l on l.id = wanted.id
    cross join lateral (
      select ls.service_id from listing_service ls
      where ls.tenant_id = l.tenant_id and ls.listing_id = l.id and (wanted_service is null or ls.service_id = wanted_service)
      order by ls.position, ls.service_id limit 1
    ) offered
    cross join lateral (
      select sv.* from service sv where sv.tenant_id = l.tenant_id and sv.id = offered.service_id offset 0
    ) s
    offset 0
  ) o
$$;
revoke all on function kernel.offers from public;
