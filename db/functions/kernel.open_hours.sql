-- When a listing is open on the local dates around [from_at, to_at]: weekly rules in wall time, or the date's override,
-- less closures. Wall time that a change of the clocks skips or repeats is read as `at time zone` reads it, the later
-- instant; the day before is looked at because its midnight may come twice. Null when it has no hours there.
create or replace function kernel.open_hours(
  of_tenant uuid, of_listing uuid, of_location uuid, zone text, from_at timestamptz, to_at timestamptz
) returns table (hours tstzmultirange) language sql stable as $$
  select range_agg(tstzrange(w.opens, w.closes)) filter (where w.opens < w.closes)
  from (
    -- Local dates as days since a Monday.
    select day.zero, (from_at at time zone zone)::date - day.zero - 1 as first, (to_at at time zone zone)::date - day.zero as last
    from (values (date '2000-01-03')) as day(zero)
    offset 0
  ) days
  cross join lateral (
    select
      (select range_agg(int4range(ov.local_date - days.zero, ov.local_date - days.zero, '[]')) from availability_override ov
        where ov.tenant_id = of_tenant and ov.listing_id = of_listing
          and ov.local_date between days.zero + days.first and days.zero + days.last) as overridden,
      (select range_agg(int4range(c.from_date - days.zero, c.until_date - days.zero, '[]')) from closure c
        where c.tenant_id = of_tenant and c.location_id = of_location
          and c.from_date <= days.zero + days.last and c.until_date >= days.zero + days.first) as closed
    offset 0
  ) exceptions
  cross join lateral (
    (select (days.zero + d.n + d.starts_at) at time zone zone as opens, (days.zero + d.n + d.ends_at) at time zone zone as closes
    from (
      select days.first + (r.weekday + 6 - days.first % 7) % 7 + 7 * week as n, r.starts_at, r.ends_at
      from availability_rule r
      cross join lateral generate_series(0, (days.last - days.first) / 7) as week
      where r.tenant_id = of_tenant and r.listing_id = of_listing
      offset 0
    ) d
    where d.n <= days.last
      and (exceptions.overridden is null or not exceptions.overridden @> d.n)
      and (exceptions.closed is null or not exceptions.closed @> d.n)
    offset 0)
    union all
    (select (ov.local_date + ov.starts_at) at time zone zone, (ov.local_date + ov.ends_at) at time zone zone
    from availability_override ov
    where exceptions.overridden is not null and ov.tenant_id = of_tenant and ov.listing_id = of_listing and ov.starts_at is not null
      and ov.local_date between days.zero + days.first and days.zero + days.last
      and (exceptions.closed is null or not exceptions.closed @> ov.local_date - days.zero)
    offset 0)
  ) w
$$;
revoke all on function kernel.open_hours from public;
