-- The times at which a visit can start, for `free_times` and `move_times`. `as_booked` as in `offers`; `except_id`: what that
-- visit takes counts as free; `ignore_busy`: as if nothing were booked. Expired holds never count.
-- With `per_listing` a week is worked out first, and the rest only for a listing that has too few times in it; in it,
-- one opening after the other, until there are enough.
create or replace function kernel.times(
  listing_ids uuid[], wanted_service uuid, from_at timestamptz, to_at timestamptz, per_listing integer,
  as_booked jsonb default null, except_id uuid default null, ignore_busy boolean default false
) returns table (listing_id uuid, service_id uuid, starts_at timestamptz, ends_at timestamptz)
  language sql stable as $$
  select o.listing_id, o.service_id, t.starts_at, t.starts_at + o.duration
  from kernel.offers(listing_ids, wanted_service, from_at, to_at, as_booked) o
  cross join lateral (
    select c.starts_at
    from (
      select o.lo + after as lo, least(o.hi, o.lo + until) as hi
      from (values
        (interval '0', interval '168 hours'), ('168 hours', '504 hours'), ('504 hours', '9600 hours')
      ) as stretch(after, until)
      where per_listing is not null and o.lo + after < o.hi
      union all
      select o.lo, o.hi where per_listing is null and o.lo < o.hi
    ) stretch
    cross join lateral (
      select stretch.lo - o.before_gap as from_at, stretch.hi + o.duration + o.after_gap as to_at offset 0
    ) reach
    cross join lateral kernel.open_hours(o.tenant_id, o.listing_id, o.location_id, o.zone, reach.from_at, reach.to_at) open
    cross join lateral unnest(
      case when per_listing is null then tstzmultirange(range_merge(open.hours)) else open.hours end) as opening
    cross join lateral kernel.busy_time(o.tenant_id, o.listing_id,
      greatest(lower(opening), reach.from_at), least(upper(opening), reach.to_at), except_id) taken
    cross join lateral unnest(
      case when per_listing is null then open.hours else tstzmultirange(opening) end
      - case when ignore_busy then '{}' else taken.busy end) as gap
    cross join lateral (
      select greatest(lower(gap) + o.before_gap, stretch.lo) as earliest, upper(gap) - o.duration - o.after_gap as latest offset 0
    ) e
    cross join lateral kernel.steps(o.zone, o.step, e.earliest, e.latest) c
    where opening && tstzrange(reach.from_at, reach.to_at) and c.starts_at < stretch.hi
    limit per_listing
  ) t
$$;
revoke all on function kernel.times from public;
