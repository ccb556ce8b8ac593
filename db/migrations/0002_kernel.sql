-- rows: adds keys
-- The kernel: the few functions that must see across tenants. Writes take the tenant from the context,
-- reads return publishable columns only.

-- Who wins a time is decided here and nowhere else.
alter table occupancy add constraint occupancy_one_winner
  exclude using gist (resource_id with =, during with &&);
alter table occupancy add constraint occupancy_bounded
  check (lower(during) < upper(during) and lower_inc(during) and not upper_inc(during));
-- Nothing of one resource overlaps, so this order is the order of time: see kernel.busy_time.
create index occupancy_until on occupancy (resource_id, upper(during));

-- Every table stands behind its policies, for its owner too.
do $$
declare t regclass;
begin
  for t in select c.oid::regclass from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' loop
    execute format('alter table %s enable row level security', t);
    execute format('alter table %s force row level security', t);
  end loop;
end $$;

-- An audit row says for itself who wrote it and when: the context of the door fills in tenant, scope and person, and
-- there is no other way.
create function audit_event_fill() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  new.at := clock_timestamp();
  if current_user in ('medley_auth', 'medley_relay') then
    new.scope := replace(current_user, 'medley_', '');
  else
    new.tenant_id := case current_user
      when 'medley_staff' then ctx.tenant('staff')
      when 'medley_guest' then ctx.tenant('guest')
      when 'medley_worker' then ctx.tenant('system')
      else ctx.tenant() end;
    new.scope := ctx.scope();
    new.person_id := ctx.person();
    new.request_id := ctx.request_id();
  end if;
  return new;
end $$;
revoke all on function audit_event_fill from public;
create trigger audit_event_fill before insert on audit_event for each row execute function audit_event_fill();

-- A guest sees the chart of the visit, so the visit of a guest keeps its chart.
create function appointment_keeps_chart() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'a visit keeps its chart' using errcode = '42501';
end $$;
revoke all on function appointment_keeps_chart from public;
create trigger appointment_keeps_chart before update of patient_id on appointment for each row
  when (current_user = 'medley_guest' and new.patient_id is distinct from old.patient_id)
  execute function appointment_keeps_chart();

create schema kernel authorization medley_kernel;
set local role medley_kernel;

-- Reading what is free goes in steps, each worked out once (`offset 0` keeps a subquery from being written out anew for
-- every use of its columns). A listing is looked up with its tenant: another tenant may give a row of its own the same id.

-- The listings with the service asked for (null: their first), and the bounds of its starts: notice and horizon applied.
create function kernel.offers(listing_ids uuid[], wanted_service uuid, from_at timestamptz, to_at timestamptz)
returns table (
  listing_id uuid, service_id uuid, tenant_id uuid, location_id uuid, zone text,
  duration interval, before_gap interval, after_gap interval, step interval, lo timestamptz, hi timestamptz
) language sql stable as $$
  select * from (
    select l.id, s.id, l.tenant_id, l.location_id, l.time_zone,
      make_interval(mins => s.duration_minutes), make_interval(mins => s.buffer_before_minutes),
      make_interval(mins => s.buffer_after_minutes), make_interval(mins => s.step_minutes),
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

-- When a listing is open on the local dates around [from_at, to_at]: weekly rules in wall time, or the date's override,
-- less closures. Wall time that a change of the clocks skips or repeats is read as `at time zone` reads it, the later
-- instant; the day before is looked at because its midnight may come twice. Null when it has no hours there.
create function kernel.open_hours(
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

-- What of [from_at, to_at) is taken, and per resource perhaps something later. Expired holds do not count, nor what
-- `except_id` has. As nothing of one resource overlaps, the rows that end after `from_at` lie in order: those that end by
-- `to_at`, and the next one. That costs about half of what asking the range index does.
create function kernel.busy_time(of_tenant uuid, of_listing uuid, from_at timestamptz, to_at timestamptz, except_id uuid)
returns table (busy tstzmultirange) language sql stable as $$
  select coalesce(range_agg(taken.during), '{}')
  from listing_resource lr
  cross join lateral (
    (select o.during from occupancy o
    where o.resource_id = lr.resource_id and upper(o.during) > from_at and upper(o.during) <= to_at
      and (o.expires_at is null or o.expires_at > clock_timestamp()) and o.appointment_id is distinct from except_id)
    union all
    (select o.during from occupancy o
    where o.resource_id = lr.resource_id and upper(o.during) > to_at
      and (o.expires_at is null or o.expires_at > clock_timestamp()) and o.appointment_id is distinct from except_id
    order by upper(o.during) limit 1)
  ) taken
  where lr.tenant_id = of_tenant and lr.listing_id = of_listing
$$;

-- The instants in [earliest, latest] at which the clock shows a whole number of steps since midnight, in order. Of a
-- wall time that comes twice only the later instant; a wall time that is skipped has none.
create function kernel.steps(zone text, step interval, earliest timestamptz, latest timestamptz)
returns table (starts_at timestamptz) language sql stable as $$
  select c.starts_at
  from (
    select wall, wall at time zone zone as starts_at
    from generate_series(
      -- The first step at or after `earliest`; an hour that repeats within three hours lowers the start of the search.
      date_bin(step, least(earliest at time zone zone, (earliest + interval '3 hours') at time zone zone - interval '3 hours')
        + step - interval '1 microsecond', timestamp '2000-01-01'),
      latest at time zone zone, step) as wall
    where earliest <= latest
    offset 0
  ) c
  where c.starts_at between earliest and latest and c.starts_at at time zone zone = c.wall
$$;

-- The open time of listings with what is taken cut out, over the whole of the local dates: for the seed and the hints.
-- A start lies in [lo, hi); the visit with its gaps lies inside one range.
create function kernel.free_ranges(
  listing_ids uuid[], wanted_service uuid, from_at timestamptz, to_at timestamptz, except_id uuid, ignore_busy boolean
) returns table (
  listing_id uuid, service_id uuid, zone text, duration interval, before_gap interval, after_gap interval, step interval,
  lo timestamptz, hi timestamptz, free tstzmultirange
) language sql stable as $$
  select o.listing_id, o.service_id, o.zone, o.duration, o.before_gap, o.after_gap, o.step, o.lo, o.hi,
    open.hours - case when ignore_busy then '{}' else taken.busy end
  from kernel.offers(listing_ids, wanted_service, from_at, to_at) o
  cross join lateral kernel.open_hours(o.tenant_id, o.listing_id, o.location_id, o.zone,
    o.lo - o.before_gap, o.hi + o.duration + o.after_gap) open
  cross join lateral kernel.busy_time(o.tenant_id, o.listing_id, lower(open.hours), upper(open.hours), except_id) taken
  where o.lo < o.hi and open.hours is not null
$$;

-- The times at which a visit can start, earliest first per listing, at most `per_listing` each (null: all).
-- Starts lie in [from_at, to_at), on the service's grid from local midnight, buffers inside the opening hours.
-- `wanted_service` null: each listing's first service. `except_id`: what that appointment or hold takes counts as
-- free. `ignore_busy`: as if nothing were booked. Expired holds never count.
-- With `per_listing` a week is worked out first, and the rest only for a listing that has too few times in it; in it,
-- one opening after the other, until there are enough.
create function kernel.free_times(
  listing_ids uuid[], wanted_service uuid, from_at timestamptz, to_at timestamptz, per_listing integer default null,
  except_id uuid default null, ignore_busy boolean default false
) returns table (listing_id uuid, service_id uuid, starts_at timestamptz, ends_at timestamptz)
  language sql stable security definer
  set search_path = pg_catalog, public, pg_temp set jit = off set plan_cache_mode = force_generic_plan
as $$
  select o.listing_id, o.service_id, t.starts_at, t.starts_at + o.duration
  from kernel.offers(listing_ids, wanted_service, from_at, to_at) o
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

-- Why no visit can start at `start_at`, or null when one can: 'not_offered', 'past', 'notice', 'horizon', 'taken',
-- 'off_grid', 'closed_day' (the local date has no hours), 'outside_hours'; the first that holds.
create function kernel.why_missing(wanted_listing uuid, wanted_service uuid, start_at timestamptz) returns text
  language sql stable security definer set search_path = pg_catalog, public, pg_temp set jit = off
as $$
  select case
    when s.id is null then 'not_offered'
    when start_at < clock_timestamp() then 'past'
    when start_at < clock_timestamp() + make_interval(mins => s.minimum_notice_minutes) then 'notice'
    when start_at >= clock_timestamp() + make_interval(hours => 24 * s.horizon_days) then 'horizon'
    when exists (select from kernel.free_times(array[wanted_listing], wanted_service, start_at, start_at + interval '1 microsecond', 1))
      then null
    when exists (select from kernel.free_times(array[wanted_listing], wanted_service, start_at, start_at + interval '1 microsecond', 1, null, true))
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

-- What the caller may touch, as the tenant it is in: a guest only the row that the capability names, at its present
-- version and only with one of `grants`; staff at the desk whatever is the tenant's.
create function kernel.permit(row_id uuid, grants text[] default '{}') returns uuid language plpgsql stable as $$
declare
  claim text[] := ctx.claims();
begin
  if claim[1] = 'guest' and (claim[5]::uuid is distinct from row_id or claim[6] <> all (grants)) then
    raise exception 'context of another row' using errcode = '28000';
  elsif claim[1] = 'guest' and (
    exists (select from hold h where h.tenant_id = claim[2]::uuid and h.id = row_id and h.access_version <> nullif(claim[7], '')::integer)
    or exists (select from appointment a where a.tenant_id = claim[2]::uuid and a.id = row_id and a.access_version <> nullif(claim[7], '')::integer))
  then
    raise exception 'context of an older version' using errcode = '28000';
  elsif claim[1] = 'staff' and claim[4] not in ('owner', 'admin', 'scheduler', 'practitioner') then
    raise exception 'role not enough' using errcode = '42501';
  elsif claim[1] not in ('guest', 'staff') then
    raise exception 'context of another scope' using errcode = '28000';
  end if;
  return claim[2]::uuid;
end $$;

-- Takes a listing's resources for `span`: 'ok', or 'taken' and then nothing of it stays. Expired holds in the way are
-- removed first, in id order; the constraint then decides. Resources go in id order, so that two never wait in a circle.
create function kernel.take(
  owner_tenant uuid, wanted_listing uuid, span tstzrange, holder uuid, claim_kind text, until timestamptz
) returns text language plpgsql as $$
declare
  wanted uuid[] := array(
    select lr.resource_id from listing_resource lr
    where lr.tenant_id = owner_tenant and lr.listing_id = wanted_listing order by lr.resource_id);
  got uuid[];
begin
  with expired as (
    select o.id from occupancy o
    where o.resource_id = any (wanted) and o.during && span and o.kind = 'hold' and o.expires_at <= clock_timestamp()
    order by o.id for update
  )
  delete from occupancy o using expired where o.id = expired.id;

  with put as (
    insert into occupancy (resource_id, during, kind, tenant_id, appointment_id, expires_at)
      select w.id, span, claim_kind, owner_tenant, holder, until from unnest(wanted) as w(id)
      on conflict do nothing
      returning id
  )
  select array_agg(put.id) into got from put;
  if cardinality(wanted) > 0 and cardinality(got) = cardinality(wanted) then
    return 'ok';
  end if;
  delete from occupancy o where o.id = any (got);
  return 'taken';
end $$;

-- Takes a listing's resources for a visit that starts at `start_at`, for `holder` (a hold's, an appointment's id).
-- 'ok'; 'taken' when someone has an overlapping time; 'closed' when the time is not offered at all (grid, hours,
-- notice, horizon, service); 'unknown' when the listing is not the tenant's. Nothing stays unless 'ok'.
create function kernel.claim(
  owner_tenant uuid, wanted_listing uuid, wanted_service uuid, start_at timestamptz, holder uuid, claim_kind text, until timestamptz
) returns text language plpgsql as $$
declare
  span tstzrange;
begin
  perform 1 from listing l where l.id = wanted_listing and l.tenant_id = owner_tenant;
  if not found then
    return 'unknown';
  end if;
  select tstzrange(f.starts_at - make_interval(mins => s.buffer_before_minutes),
                   f.ends_at + make_interval(mins => s.buffer_after_minutes))
    into span
    from kernel.free_times(array[wanted_listing], wanted_service, start_at, start_at + interval '1 microsecond', 1, null, true) f
    join service s on s.tenant_id = owner_tenant and s.id = f.service_id and s.id = wanted_service;
  if not found then
    return 'closed';
  end if;
  return kernel.take(owner_tenant, wanted_listing, span, holder, claim_kind, until);
end $$;

-- Keeps a time for a guest for ten minutes, extendable to thirty in all. 'limit' when the address has
-- `per_address` live holds, or the listing `per_listing_day` on that local day; else as `claim`.
create function kernel.hold(
  wanted_listing uuid, wanted_service uuid, start_at timestamptz, hold_id uuid, address text,
  per_address integer, per_listing_day integer
) returns table (status text, starts_at timestamptz, ends_at timestamptz, expires_at timestamptz)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  owner_tenant uuid := kernel.permit(hold_id, '{hold}');
  moment timestamptz := date_trunc('milliseconds', clock_timestamp());
  until timestamptz := moment + interval '10 minutes';
  outcome text;
  finish timestamptz;
begin
  if (select count(*) from (select 1 from hold h where h.address_hash = address and h.expires_at > moment limit per_address) live) >= per_address
    or (select count(*) from (
      select 1 from hold h join listing l on l.id = h.listing_id
      where h.listing_id = wanted_listing and h.expires_at > moment
        and h.starts_at between start_at - interval '1 day' and start_at + interval '1 day'
        and (h.starts_at at time zone l.time_zone)::date = (start_at at time zone l.time_zone)::date
      limit per_listing_day) live) >= per_listing_day
  then
    return query select 'limit', start_at, start_at, until;
    return;
  end if;
  outcome := kernel.claim(owner_tenant, wanted_listing, wanted_service, start_at, hold_id, 'hold', until);
  if outcome = 'ok' then
    insert into hold as h (tenant_id, id, listing_id, service_id, starts_at, ends_at, expires_at, extendable_until, address_hash, created_at)
      select owner_tenant, hold_id, wanted_listing, s.id, start_at, start_at + make_interval(mins => s.duration_minutes),
        until, moment + interval '30 minutes', address, moment
      from service s where s.tenant_id = owner_tenant and s.id = wanted_service
      returning h.ends_at into finish;
  end if;
  return query select outcome, start_at, finish, until;
end $$;

-- Whether all that a hold took is still its own, by the clock after its rows are locked. Whoever changes a hold locks
-- the hold first and what it takes second, in id order.
create function kernel.still_held(owner_tenant uuid, hold_id uuid, held_listing uuid) returns boolean language plpgsql as $$
declare
  kept integer;
  ends timestamptz;
begin
  select count(*), min(k.expires_at) into kept, ends from (
    select o.expires_at from occupancy o
    where o.appointment_id = hold_id and o.tenant_id = owner_tenant and o.kind = 'hold'
    order by o.id for update
  ) k;
  return ends > clock_timestamp()
    and kept = (select count(*) from listing_resource lr where lr.tenant_id = owner_tenant and lr.listing_id = held_listing);
end $$;

-- Keeps a live hold for ten more minutes, at most thirty in all; the new expiry, or null when it is too late.
create function kernel.extend(hold_id uuid) returns timestamptz
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  owner_tenant uuid := kernel.permit(hold_id, '{hold}');
  kept hold%rowtype;
  until timestamptz;
begin
  select * into kept from hold h where h.tenant_id = owner_tenant and h.id = hold_id for update;
  if kept.id is null or kernel.still_held(owner_tenant, hold_id, kept.listing_id) is not true then
    return null;
  end if;
  until := greatest(kept.expires_at,
    least(date_trunc('milliseconds', clock_timestamp()) + interval '10 minutes', kept.extendable_until));
  update occupancy o set expires_at = until
    where o.appointment_id = hold_id and o.tenant_id = owner_tenant and o.kind = 'hold';
  update hold h set expires_at = until where h.tenant_id = owner_tenant and h.id = hold_id;
  return until;
end $$;

-- Turns a live hold into a booked time. 'ok', or 'expired'. With `retake` an expired hold takes its time again
-- when it is still free: then 'taken' and 'closed' can come too, as from `claim`. The hold's row goes with 'ok'.
create function kernel.confirm(hold_id uuid, retake boolean) returns text
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  owner_tenant uuid := kernel.permit(hold_id, '{hold}');
  kept hold%rowtype;
  outcome text := 'expired';
begin
  select * into kept from hold h where h.tenant_id = owner_tenant and h.id = hold_id for update;
  if kept.id is null then
    return outcome;
  end if;
  if kernel.still_held(owner_tenant, hold_id, kept.listing_id) then
    update occupancy o set kind = 'booked', expires_at = null
      where o.appointment_id = hold_id and o.tenant_id = owner_tenant and o.kind = 'hold';
    outcome := 'ok';
  elsif retake then
    delete from occupancy o where o.appointment_id = hold_id and o.tenant_id = owner_tenant and o.kind = 'hold';
    outcome := kernel.claim(owner_tenant, kept.listing_id, kept.service_id, kept.starts_at, hold_id, 'booked', null);
  end if;
  if outcome = 'ok' then
    delete from hold h where h.tenant_id = owner_tenant and h.id = hold_id;
  end if;
  return outcome;
end $$;

-- Frees what a hold, an appointment or a block takes, at once. Harmless when nothing is left; with a hold's capability
-- a visit that was booked meanwhile stays.
create function kernel.release(row_id uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  owner_tenant uuid := kernel.permit(row_id, '{hold,appointment}');
  only_held boolean := ctx.grant_kind() is not distinct from 'hold';
begin
  perform 1 from hold h where h.id = row_id and h.tenant_id = owner_tenant for update;
  with taken as (
    select o.id from occupancy o
    where o.appointment_id = row_id and o.tenant_id = owner_tenant and (o.kind = 'hold' or not only_held)
    order by o.id for update
  )
  delete from occupancy o using taken where o.id = taken.id;
  delete from hold h where h.id = row_id and h.tenant_id = owner_tenant;
end $$;

-- Moves a booked visit to another start of the same listing: its own time counts as free. As `claim`, and 'unknown' when
-- nothing is booked under the id; unless 'ok' the old time stays. Two moves over the same resource go one after the other.
create function kernel.move(row_id uuid, wanted_listing uuid, wanted_service uuid, start_at timestamptz) returns text
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  owner_tenant uuid := kernel.permit(row_id, '{appointment}');
  outcome text := 'unknown';
begin
  perform pg_advisory_xact_lock(hashtextextended(r.resource_id::text, 0))
    from (select lr.resource_id from listing_resource lr where lr.tenant_id = owner_tenant and lr.listing_id = wanted_listing
          union select o.resource_id from occupancy o where o.appointment_id = row_id and o.tenant_id = owner_tenant
          order by 1) r;
  begin
    delete from occupancy o where o.appointment_id = row_id and o.tenant_id = owner_tenant and o.kind = 'booked';
    if found then
      outcome := kernel.claim(owner_tenant, wanted_listing, wanted_service, start_at, row_id, 'booked', null);
    end if;
    if outcome <> 'ok' then
      raise exception 'not moved' using errcode = 'MD001';
    end if;
  exception when sqlstate 'MD001' then
    return outcome;
  end;
  return 'ok';
end $$;

-- Takes a listing's resources for a block of staff's, at any hour. 'ok', 'taken' or 'unknown'; expired holds give way.
create function kernel.block(block_id uuid, wanted_listing uuid, span tstzrange) returns text
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  owner_tenant uuid := kernel.permit(block_id);
begin
  perform 1 from practitioner_role r where r.tenant_id = owner_tenant and r.id = wanted_listing;
  if not found then
    return 'unknown';
  end if;
  return kernel.take(owner_tenant, wanted_listing, span, block_id, 'block', null);
end $$;

-- Takes a key for a request. `fresh`: do the work, then `once_store` its result. Else `result` is what the first
-- one got, or `mismatch` says that the key came with another body. A twin in flight is waited for.
-- The scope is the caller's: the person, the capability's row, or 'anon' for holds.
create function kernel.once_begin(wanted_route text, wanted_key text, wanted_body text)
  returns table (fresh boolean, result text, mismatch boolean)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  caller text := kernel.once_scope(wanted_route);
begin
  insert into idempotency (scope, route, key_hash, body_hash) values (caller, wanted_route, wanted_key, wanted_body)
    on conflict do nothing;
  if found then
    return query select true, null::text, false;
  else
    return query select false, i.result, i.body_hash <> wanted_body from idempotency i
      where i.scope = caller and i.route = wanted_route and i.key_hash = wanted_key;
  end if;
end $$;

create function kernel.once_scope(wanted_route text) returns text language sql stable as $$
  select case
    when ctx.scope() = 'guest' and wanted_route = 'hold' then 'anon'
    when ctx.scope() = 'guest' then 'grant:' || ctx.grant_id()
    else ctx.scope() || ':' || ctx.tenant() || ':' || coalesce(ctx.person()::text, '')
  end
$$;

-- Keeps the result of a fresh key; part of the same transaction as the work.
create function kernel.once_store(wanted_route text, wanted_key text, answer text) returns void
  language sql security definer set search_path = pg_catalog, public, pg_temp
as $$
  update idempotency set result = answer
    where scope = kernel.once_scope(wanted_route) and route = wanted_route and key_hash = wanted_key and result is null
$$;

-- Housekeeping, once a minute: holds that ran out long ago, keys older than 72 hours. Returns what was removed.
create function kernel.sweep() returns table (holds integer, keys integer)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
  with gone as (
    select o.id from hold h join occupancy o on o.appointment_id = h.id
    where h.expires_at <= clock_timestamp() and o.kind = 'hold' and o.expires_at <= clock_timestamp()
    order by o.id limit 1000 for update of o skip locked
  )
  delete from occupancy o using gone where o.id = gone.id;
  get diagnostics holds = row_count;
  with gone as (
    select h.tenant_id, h.id from hold h where h.expires_at < clock_timestamp() - interval '1 day' limit 1000 for update skip locked
  )
  delete from hold h using gone where h.tenant_id = gone.tenant_id and h.id = gone.id;
  delete from idempotency i where i.created_at < clock_timestamp() - interval '72 hours';
  get diagnostics keys = row_count;
  return next;
end $$;

revoke all on all functions in schema kernel from public;
grant usage on schema kernel to medley_owner, medley_public, medley_guest, medley_staff, medley_worker, medley_relay;
grant execute on function kernel.free_times, kernel.why_missing to medley_owner, medley_public, medley_guest, medley_staff, medley_worker;
grant execute on function kernel.hold, kernel.extend, kernel.confirm to medley_guest;
grant execute on function kernel.release, kernel.move to medley_guest, medley_staff;
grant execute on function kernel.block to medley_staff;
grant execute on function kernel.once_begin, kernel.once_store to medley_guest, medley_staff, medley_worker;
grant execute on function kernel.sweep to medley_relay;
reset role;
