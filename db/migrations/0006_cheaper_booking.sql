-- A booking checks who it acts for thirty times over. The signed context is verified at each asking (nothing that a
-- transaction could write may say that it was), so the functions on a booking's way ask once and read all they need.

create or replace function audit_event_fill() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  claim text[];
begin
  new.at := clock_timestamp();
  if current_user in ('medley_auth', 'medley_relay') then
    new.scope := replace(current_user, 'medley_', '');
    return new;
  end if;
  if current_user = 'medley_owner' then
    raise exception 'the owner of the tables is no door' using errcode = '42501';
  end if;
  claim := ctx.claims();
  if claim[1] <> (case current_user
    when 'medley_staff' then 'staff' when 'medley_guest' then 'guest' when 'medley_worker' then 'system' else claim[1] end)
  then
    raise exception 'context of another scope' using errcode = '28000';
  end if;
  new.tenant_id := claim[2]::uuid;
  new.scope := claim[1];
  new.person_id := nullif(claim[3], '')::uuid;
  new.request_id := nullif(claim[10], '');
  return new;
end $$;

set local role medley_kernel;

create or replace function kernel.once_scope(wanted_route text) returns text language plpgsql stable as $$
declare
  claim text[] := ctx.claims();
begin
  return case
    when claim[1] = 'guest' and wanted_route = 'hold' then 'anon'
    when claim[1] = 'guest' then 'grant:' || nullif(claim[5], '')
    else claim[1] || ':' || claim[2] || ':' || claim[3]
  end;
end $$;

create or replace function kernel.once_store(wanted_route text, wanted_key text, answer text) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  caller text := kernel.once_scope(wanted_route);
begin
  update idempotency set result = answer
    where scope = caller and route = wanted_route and key_hash = wanted_key and result is null;
end $$;

-- Whether a visit can start at `start_at` as far as the rules go, with what it takes then: the same reading of offers,
-- hours and grid as `free_times`, for one instant instead of a window of them.
create function kernel.offered_span(wanted_listing uuid, wanted_service uuid, start_at timestamptz) returns tstzrange
  language sql stable as $$
  select v.span
  from kernel.offers(array[wanted_listing], wanted_service, start_at, start_at + interval '1 microsecond') o
  cross join lateral (
    select tstzrange(start_at - o.before_gap, start_at + o.duration + o.after_gap) as span offset 0
  ) v
  cross join lateral kernel.open_hours(o.tenant_id, o.listing_id, o.location_id, o.zone, lower(v.span), upper(v.span)) open
  where o.lo < o.hi and open.hours @> v.span
    and exists (select from kernel.steps(o.zone, o.step, start_at, start_at))
$$;

create or replace function kernel.claim(
  owner_tenant uuid, wanted_listing uuid, wanted_service uuid, start_at timestamptz, holder uuid, claim_kind text, until timestamptz
) returns text language plpgsql as $$
declare
  span tstzrange;
begin
  perform 1 from listing l where l.id = wanted_listing and l.tenant_id = owner_tenant;
  if not found then
    return 'unknown';
  end if;
  span := kernel.offered_span(wanted_listing, wanted_service, start_at);
  if span is null then
    return 'closed';
  end if;
  return kernel.take(owner_tenant, wanted_listing, span, holder, claim_kind, until);
end $$;

-- Which of a listing's few resources are in the way is found by index whatever they are: worked out anew at each claim, the
-- plan cost more than the claim.
alter function kernel.hold set plan_cache_mode = force_generic_plan;
alter function kernel.confirm set plan_cache_mode = force_generic_plan;
alter function kernel.move set plan_cache_mode = force_generic_plan;
alter function kernel.block set plan_cache_mode = force_generic_plan;

revoke all on function kernel.offered_span from public;
reset role;
