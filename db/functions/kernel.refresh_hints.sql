-- When each listing is next free, and on which of the coming 30 local days there is a gap long enough (cheap, a hint).
create or replace function kernel.refresh_hints(listing_ids uuid[]) returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp set jit = off
as $$
declare
  month_end timestamptz := clock_timestamp() + interval '30 days';
  changed integer;
begin
  -- In the order of their ids, so that two never wait in a circle; what is being withdrawn is waited for.
  perform from listing_hint h where h.listing_id = any (listing_ids) order by h.listing_id for update;
  listing_ids := array(select l.id from listing l where l.id = any (listing_ids));
  with month as materialized (
    select * from kernel.free_ranges(listing_ids, null, clock_timestamp(), month_end, null, false)
  ), day_hint as (
    select m.listing_id, bit_or(1 << n) filter (where n between 0 and 29) as free_days
    from month m
    cross join lateral (select (clock_timestamp() at time zone m.zone)::date as today offset 0) local
    cross join lateral unnest(m.free) as gap
    cross join lateral (
      select greatest(lower(gap) + m.before_gap, m.lo) as earliest, least(upper(gap) - m.duration - m.after_gap, m.hi) as latest
      offset 0
    ) e
    cross join lateral generate_series(
      (e.earliest at time zone m.zone)::date - local.today, (e.latest at time zone m.zone)::date - local.today) as n
    where e.earliest <= e.latest
    group by m.listing_id
  ), soon as materialized (
    select m.listing_id, t.starts_at
    from month m
    cross join lateral (
      select c.starts_at
      from unnest(m.free) as gap
      cross join lateral kernel.steps(m.zone, m.step, greatest(lower(gap) + m.before_gap, m.lo),
        upper(gap) - m.duration - m.after_gap) c
      where c.starts_at < m.hi
      limit 1
    ) t
  ), next_time as (
    select * from soon
    union all
    select f.listing_id, f.starts_at
    from kernel.free_times(
      array(select id from unnest(listing_ids) as id where id not in (select listing_id from soon)),
      null, month_end, month_end + interval '366 days', 1) f
  )
  insert into listing_hint as h (listing_id, next_available_at, free_days, hinted_on, refreshed_at)
    select l.id, n.starts_at, coalesce(d.free_days, 0), (clock_timestamp() at time zone l.time_zone)::date, clock_timestamp()
    from listing l
    left join next_time n on n.listing_id = l.id
    left join day_hint d on d.listing_id = l.id
    where l.id = any (listing_ids)
    order by l.id
  on conflict (listing_id) do update set next_available_at = excluded.next_available_at, free_days = excluded.free_days,
    hinted_on = excluded.hinted_on, refreshed_at = excluded.refreshed_at;
  get diagnostics changed = row_count;
  return changed;
end $$;
revoke all on function kernel.refresh_hints from public;
grant execute on function kernel.refresh_hints to medley_owner, medley_relay;
