-- Claims of one resource go one after the other from their first lock on, as moves did already. Without it those that removed
-- expired holds and those that waited for each other's rows met in circles: Postgres broke each after a second, and the
-- transaction was repeated.
set local role medley_kernel;

-- Waits until no other claim of these resources is under way; in the order of their ids, so that two never wait in a circle.
create function kernel.stand_in_line(resource_ids uuid[]) returns void language plpgsql as $$
declare
  resource uuid;
begin
  foreach resource in array resource_ids loop
    perform pg_advisory_xact_lock(hashtextextended(resource::text, 0));
  end loop;
end $$;
revoke all on function kernel.stand_in_line from public;

create or replace function kernel.take(
  owner_tenant uuid, wanted_listing uuid, span tstzrange, holder uuid, claim_kind text, until timestamptz
) returns text language plpgsql as $$
declare
  wanted uuid[] := array(
    select lr.resource_id from listing_resource lr
    where lr.tenant_id = owner_tenant and lr.listing_id = wanted_listing order by lr.resource_id);
  got uuid[];
begin
  perform kernel.stand_in_line(wanted);
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

create or replace function kernel.confirm(hold_id uuid, retake boolean) returns text
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan
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
  -- Whoever may have to claim stands in line before anything else is locked.
  if retake then
    perform kernel.stand_in_line(array(
      select lr.resource_id from listing_resource lr
      where lr.tenant_id = owner_tenant and lr.listing_id = kept.listing_id order by lr.resource_id));
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
reset role;
