-- Moves a booked visit to another start at the same listing, as long as it was booked: its own time counts as free. As
-- `claim`, and 'unknown' when nothing is booked under the id; unless 'ok' the old time stays. Grid, hours, notice and horizon
-- are those of today, so a service that the listing no longer offers is 'not_offered'.
-- A guest's move is counted for the visit; onto another day also for each hash of `caller`, under the key of kernel.confirm for
-- a booking of this listing on that day. 'limit' with what was used too often and the seconds to wait; then roll back.
create or replace function kernel.move(row_id uuid, start_at timestamptz, per_visit bigint, caller text[], per_listing_day bigint)
returns table (outcome text, exceeded text, wait_seconds integer)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  owner_tenant uuid := (kernel.permit(row_id, '{appointment}'))[2]::uuid;
  visit appointment%rowtype;
  zone text;
  counted text[];
begin
  outcome := 'unknown';
  select * into visit from appointment a where a.tenant_id = owner_tenant and a.id = row_id for update;
  perform kernel.lock_resources(array(
    select lr.resource_id from listing_resource lr where lr.tenant_id = owner_tenant and lr.listing_id = visit.listing_id
    union all select o.resource_id from occupancy o where o.appointment_id = row_id and o.tenant_id = owner_tenant));
  if ctx.scope() = 'guest' then
    select l.time_zone into zone
      from practitioner_role r join location l on l.tenant_id = r.tenant_id and l.id = r.location_id
      where r.tenant_id = owner_tenant and r.id = visit.listing_id;
    if (visit.starts_at at time zone zone)::date is distinct from (start_at at time zone zone)::date then
      counted := caller;
    end if;
    select c.exceeded, c.wait_seconds into exceeded, wait_seconds from kernel.count(
      'message about ' || row_id || array(
        select format('booking by %s of %s on %s', hash, visit.listing_id, (start_at at time zone zone)::date)
        from unnest(counted) as hash),
      per_visit || array(
        select case wider when 1 then per_listing_day else 4 * per_listing_day end
        from unnest(counted) with ordinality as c(hash, wider)),
      86400 || array(select 86400 from unnest(counted))) c;
    if wait_seconds is not null then
      outcome := 'limit';
      return next;
      return;
    end if;
  end if;
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
