-- Moves a booked visit to another start of the same listing: its own time counts as free. As `claim`, and 'unknown' when
-- nothing is booked under the id; unless 'ok' the old time stays. Two moves over the same resource go one after the other.
create or replace function kernel.move(row_id uuid, wanted_listing uuid, wanted_service uuid, start_at timestamptz) returns text
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan
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
revoke all on function kernel.move from public;
grant execute on function kernel.move to medley_guest, medley_staff;
