-- Moves a booked visit to another start at the same listing, as long as it was booked: its own time counts as free. As
-- `claim`, and 'unknown' when nothing is booked under the id; unless 'ok' the old time stays. Grid, hours, notice and horizon
-- are those of today, so a service that the listing no longer offers is 'not_offered'.
-- A guest's move sends a message: it is counted for the visit, and for the contact until that one has opened a link of the
-- visit. 'limit' with the seconds to wait; the caller must roll back then.
create or replace function kernel.move(row_id uuid, start_at timestamptz, per_visit bigint, per_contact bigint)
returns table (outcome text, wait_seconds integer)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  owner_tenant uuid := kernel.permit(row_id, '{appointment}');
  visit appointment%rowtype;
  day constant integer := 86400;
begin
  outcome := 'unknown';
  select * into visit from appointment a where a.tenant_id = owner_tenant and a.id = row_id for update;
  if ctx.scope() = 'guest' then
    select c.wait_seconds into wait_seconds from kernel.count_use(
      array['message about ' || row_id, case when not visit.contact_verified then 'message to ' || visit.contact_hash end],
      array[per_visit, per_contact], array[day, day]) c;
    if wait_seconds is not null then
      outcome := 'limit';
      return next;
      return;
    end if;
  end if;
  perform kernel.lock_resources(array(
    select lr.resource_id from listing_resource lr where lr.tenant_id = owner_tenant and lr.listing_id = visit.listing_id
    union all select o.resource_id from occupancy o where o.appointment_id = row_id and o.tenant_id = owner_tenant));
  begin
    delete from occupancy o where o.appointment_id = row_id and o.tenant_id = owner_tenant and o.kind = 'booked';
    if found then
      outcome := kernel.claim(
        owner_tenant, visit.listing_id, visit.service_id, start_at, visit.offer, row_id, 'booked', null);
    end if;
    if outcome <> 'ok' then
      raise exception 'not moved' using errcode = 'MD001';
    end if;
  exception when sqlstate 'MD001' then
    null;
  end;
  return next;
end $$;
revoke all on function kernel.move from public;
grant execute on function kernel.move to medley_guest, medley_staff;
