-- The open time of listings with what is taken cut out, over the whole of the local dates: for the seed and the hints.
-- A start lies in [lo, hi); the visit with its gaps lies inside one range.
create or replace function kernel.free_ranges(
  listing_ids uuid[], wanted_service uuid, from_at timestamptz, to_at timestamptz, except_id uuid, ignore_busy boolean
) returns table (
  listing_id uuid, service_id uuid, zone text, duration interval, before_gap interval, after_gap interval, step interval,
  lo timestamptz, hi timestamptz, free tstzmultirange
) language sql stable as $$
  select o.listing_id, o.service_id, o.zone, o.duration, o.before_gap, o.after_gap, o.step, o.lo, o.hi,
    open.hours - case when ignore_busy then '{}' else taken.busy end
  from kernel.offers(listing_ids, wanted_service, from_at, to_at, null) o
  cross join lateral kernel.open_hours(o.tenant_id, o.listing_id, o.location_id, o.zone,
    o.lo - o.before_gap, o.hi + o.duration + o.after_gap) open
  cross join lateral kernel.busy_time(o.tenant_id, o.listing_id, lower(open.hours), upper(open.hours), except_id) taken
  where o.lo < o.hi and open.hours is not null
$$;
revoke all on function kernel.free_ranges from public;
