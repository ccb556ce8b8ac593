-- Turns a live hold into a booked time and tells what was held, with the offer as it was then. 'ok', 'expired', or 'booked'
-- when the hold is a visit already. With `retake` an expired hold takes its time again when it is still free: then 'taken'
-- and 'not_offered' can come too, as from `claim`. With 'ok' kernel.book must follow in the same transaction: it writes the visit
-- from the hold's row, and booked time without a visit is not committed.
-- Before it decides it counts the booking: `keys` as `count_use` takes them, and for each hash of `caller` (the address, the
-- network around it, which may do four times as much) the bookings of this listing on that local day within 24 hours.
-- 'limit' with the key that was used too often and the seconds to wait; the caller must roll back then.
create or replace function kernel.confirm(
  hold_id uuid, retake boolean, keys text[], allowed bigint[], within_seconds integer[], caller text[], per_listing_day bigint
) returns table (
  outcome text, exceeded text, wait_seconds integer, at timestamptz, listing_id uuid, service_id uuid, offer jsonb,
  starts_at timestamptz, ends_at timestamptz, time_zone text, phone text
) language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  owner_tenant uuid := (kernel.permit(hold_id, '{hold}'))[2]::uuid;
  kept hold%rowtype;
begin
  select * into kept from hold h where h.tenant_id = owner_tenant and h.id = hold_id for update;
  outcome := case
    when kept.id is not null then 'expired'
    when exists (select from appointment a where a.tenant_id = owner_tenant and a.id = hold_id) then 'booked'
    else 'expired' end;
  if kept.id is null then
    return next;
    return;
  end if;
  listing_id := kept.listing_id;
  service_id := kept.service_id;
  offer := kept.offer;
  starts_at := kept.starts_at;
  ends_at := kept.ends_at;
  select l.time_zone, l.phone into time_zone, phone
    from practitioner_role r join location l on l.tenant_id = r.tenant_id and l.id = r.location_id
    where r.tenant_id = owner_tenant and r.id = kept.listing_id;
  -- Whoever may have to claim locks the resources first: who waits for a stalled practitioner keeps no counts of others locked.
  if retake then
    perform kernel.lock_resources(array(
      select lr.resource_id from listing_resource lr where lr.tenant_id = owner_tenant and lr.listing_id = kept.listing_id));
  end if;
  for wider in 1 .. cardinality(caller) loop
    keys := keys
      || format('booking by %s of %s on %s', caller[wider], kept.listing_id, (kept.starts_at at time zone time_zone)::date);
    allowed := allowed || case wider when 1 then per_listing_day else 4 * per_listing_day end;
    within_seconds := within_seconds || 86400;
  end loop;
  select c.exceeded, c.wait_seconds into exceeded, wait_seconds from kernel.count(keys, allowed, within_seconds) c;
  if exceeded is not null then
    outcome := 'limit';
    return next;
    return;
  end if;
  if kernel.still_held(owner_tenant, hold_id, kept.listing_id) then
    update occupancy o set kind = 'booked', expires_at = null
      where o.appointment_id = hold_id and o.tenant_id = owner_tenant and o.kind = 'hold';
    outcome := 'ok';
  elsif retake then
    delete from occupancy o where o.appointment_id = hold_id and o.tenant_id = owner_tenant and o.kind = 'hold';
    outcome := kernel.claim(
      owner_tenant, kept.listing_id, kept.service_id, kept.starts_at, kept.offer, hold_id, 'booked', null);
  end if;
  at := date_trunc('milliseconds', clock_timestamp());
  return next;
end $$;
revoke all on function kernel.confirm from public;
grant execute on function kernel.confirm to medley_guest;
