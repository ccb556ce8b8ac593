-- Turns a live hold into a booked time. 'ok', or 'expired'. With `retake` an expired hold takes its time again
-- when it is still free: then 'taken' and 'closed' can come too, as from `claim`. The hold's row goes with 'ok'.
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
revoke all on function kernel.confirm from public;
grant execute on function kernel.confirm to medley_guest;
