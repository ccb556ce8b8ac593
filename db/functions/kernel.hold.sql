-- Keeps a time for a guest for ten minutes, extendable to thirty in all. `caller`: keyed hashes of the address and, for
-- IPv6, of the network around it, which may have four times as many. 'limit' when one of them has `per_address` live holds,
-- or `per_listing_day` of this listing on that local day; else as `claim`. Holds of one address are counted one after the
-- other: its locks are taken after those of the resources, in the order of their numbers.
-- The table of holds is nearly empty between two vacuums and full of dead rows: its statistics call for reading all of them.
create or replace function kernel.hold(
  wanted_listing uuid, wanted_service uuid, start_at timestamptz, hold_id uuid, caller text[],
  per_address integer, per_listing_day integer
) returns table (status text, starts_at timestamptz, ends_at timestamptz, expires_at timestamptz)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
declare
  claim text[] := kernel.permit(hold_id, '{hold}');
  owner_tenant uuid := claim[2]::uuid;
  moment timestamptz;
  until timestamptz;
  offered jsonb := kernel.offer_of(owner_tenant, wanted_listing, wanted_service);
  finish timestamptz := start_at + make_interval(mins => (offered ->> 'durationMinutes')::integer);
  has_held boolean;
  outcome text;
begin
  if cardinality(caller) not between 1 and 2 then
    raise exception 'a caller has one address and at most one network around it' using errcode = '22023';
  end if;
  -- The resources first: who waits for a stalled practitioner must not keep the address of others locked meanwhile.
  perform kernel.lock_resources(array(
    select lr.resource_id from listing_resource lr where lr.tenant_id = owner_tenant and lr.listing_id = wanted_listing));
  perform pg_advisory_xact_lock(n.number)
    from (select hashtextextended('hold by ' || c.hash, 0) as number from unnest(caller) as c(hash) order by 1) n;
  moment := date_trunc('milliseconds', clock_timestamp());
  until := moment + interval '10 minutes';
  -- Most callers hold nothing: only for others is it counted how much.
  has_held := exists (select from hold h where h.address_hash = caller[1] and h.expires_at > moment)
    or exists (select from hold h where h.network_hash = caller[2] and h.expires_at > moment);
  if has_held and kernel.holds_too_much(caller, moment, wanted_listing, start_at, per_address, per_listing_day) then
    return query select 'limit', start_at, start_at, until;
    return;
  end if;
  outcome := kernel.claim(owner_tenant, wanted_listing, wanted_service, start_at, offered, hold_id, 'hold', until);
  if outcome = 'ok' then
    insert into hold (tenant_id, id, listing_id, service_id, offer, starts_at, ends_at, expires_at, extendable_until,
        address_hash, network_hash, created_at)
      values (owner_tenant, hold_id, wanted_listing, wanted_service, offered, start_at, finish, until,
        moment + interval '30 minutes', caller[1], caller[2], moment);
    insert into audit_event (tenant_id, scope, request_id, action, entity, entity_id)
      values (owner_tenant, claim[1], nullif(claim[10], ''), 'hold.taken', 'hold', hold_id);
  end if;
  return query select outcome, start_at, finish, until;
end $$;
revoke all on function kernel.hold from public;
grant execute on function kernel.hold to medley_guest;
