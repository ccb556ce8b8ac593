-- Keeps a time for a guest for ten minutes, extendable to thirty in all. 'limit' when the address has
-- `per_address` live holds, or the listing `per_listing_day` on that local day; else as `claim`.
create or replace function kernel.hold(
  wanted_listing uuid, wanted_service uuid, start_at timestamptz, hold_id uuid, address text,
  per_address integer, per_listing_day integer
) returns table (status text, starts_at timestamptz, ends_at timestamptz, expires_at timestamptz)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan
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
revoke all on function kernel.hold from public;
grant execute on function kernel.hold to medley_guest;
