-- Why no visit can start at `start_at`, or null when one can: 'not_offered', 'past', 'notice', 'horizon', 'taken',
-- 'off_grid', 'closed_day' (the local date has no hours), 'outside_hours'; the first that holds.
create or replace function kernel.why_missing(wanted_listing uuid, wanted_service uuid, start_at timestamptz) returns text
  language sql stable security definer set search_path = pg_catalog, public, pg_temp set jit = off
as $$
  select case
    when s.id is null then 'not_offered'
    when start_at < clock_timestamp() then 'past'
    when start_at < clock_timestamp() + make_interval(mins => s.minimum_notice_minutes) then 'notice'
    when start_at >= clock_timestamp() + make_interval(hours => 24 * s.horizon_days) then 'horizon'
    when exists (select from kernel.times(array[wanted_listing], wanted_service, start_at, start_at + interval '1 microsecond', 1))
      then null
    when exists (select from kernel.times(
      array[wanted_listing], wanted_service, start_at, start_at + interval '1 microsecond', 1, ignore_busy => true))
      then 'taken'
    when open.hours @> tstzrange(reach.from_at, reach.to_at) then 'off_grid'
    when open.hours && tstzrange(day.starts, day.ends) then 'outside_hours'
    else 'closed_day'
  end
  from (select wanted_listing as id) wanted
  left join listing l on l.id = wanted.id
  left join listing_service ls on ls.tenant_id = l.tenant_id and ls.listing_id = l.id and ls.service_id = wanted_service
  left join service s on s.tenant_id = ls.tenant_id and s.id = ls.service_id
  left join lateral (
    select start_at - make_interval(mins => s.buffer_before_minutes) as from_at,
      start_at + make_interval(mins => s.duration_minutes + s.buffer_after_minutes) as to_at
  ) reach on true
  left join lateral kernel.open_hours(l.tenant_id, l.id, l.location_id, l.time_zone, reach.from_at, reach.to_at) open on true
  left join lateral (
    select date_trunc('day', start_at at time zone l.time_zone) at time zone l.time_zone as starts,
      (date_trunc('day', start_at at time zone l.time_zone) + interval '1 day') at time zone l.time_zone as ends
  ) day on true
$$;
revoke all on function kernel.why_missing from public;
grant execute on function kernel.why_missing to medley_owner, medley_public, medley_guest, medley_staff, medley_worker;
