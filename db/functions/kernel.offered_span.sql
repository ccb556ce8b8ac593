-- Whether a visit of the tenant's listing can start at `start_at` as far as the rules go, with what it takes then: the same
-- reading of offers, hours and grid as `free_times`, for one instant instead of a window of them. `as_booked` as in `offers`.
create or replace function kernel.offered_span(
  owner_tenant uuid, wanted_listing uuid, wanted_service uuid, start_at timestamptz, as_booked jsonb
) returns tstzrange language sql stable as $$
  select v.span
  from kernel.offers(array[wanted_listing], wanted_service, start_at, start_at + interval '1 microsecond', as_booked) o
  cross join lateral (
    select tstzrange(start_at - o.before_gap, start_at + o.duration + o.after_gap) as span offset 0
  ) v
  cross join lateral kernel.open_hours(o.tenant_id, o.listing_id, o.location_id, o.zone, lower(v.span), upper(v.span)) open
  where o.tenant_id = owner_tenant and o.lo < o.hi and open.hours @> v.span
    and exists (select from kernel.steps(o.zone, o.step, start_at, start_at))
$$;
revoke all on function kernel.offered_span from public;
