-- Whether one of `caller` (see kernel.hold) has `per_address` live holds, or `per_listing_day` of this listing on that local day; the
-- network around an address may have four times as many.
create or replace function kernel.holds_too_much(
  caller text[], moment timestamptz, wanted_listing uuid, start_at timestamptz, per_address integer, per_listing_day integer
) returns boolean language sql stable as $$
  select exists (
    select from (
      select 1::bigint as times, h.listing_id, h.starts_at from hold h where h.address_hash = caller[1] and h.expires_at > moment
      union all
      select 4, h.listing_id, h.starts_at from hold h where h.network_hash = caller[2] and h.expires_at > moment
    ) live
    left join listing l on l.id = live.listing_id and l.id = wanted_listing
    group by live.times
    having count(*) >= live.times * per_address or count(*) filter (
      where (live.starts_at at time zone l.time_zone)::date = (start_at at time zone l.time_zone)::date
    ) >= live.times * per_listing_day
  )
$$;
revoke all on function kernel.holds_too_much from public;
