-- Holds decision 002 for one visit: a visit that is not cancelled and has not ended has, of each resource of its listing, a
-- booked occupancy with its time inside; what is booked under its id has a visit that is not cancelled, with its time inside,
-- also when that time is over. Booked time that is over is not asked about. SQLSTATE 23514 when it is not so.
create or replace function kernel.check_claim(of_tenant uuid, visit_id uuid) returns void language plpgsql stable as $$
declare
  visit appointment%rowtype;
begin
  select * into visit from appointment a where a.tenant_id = of_tenant and a.id = visit_id;
  if visit.status <> 'cancelled' and visit.ends_at > now() and (
    select count(*) = 0 or count(*) <> count(o.id)
    from listing_resource lr
    left join occupancy o on o.appointment_id = visit_id and o.tenant_id = of_tenant and o.kind = 'booked'
      and o.resource_id = lr.resource_id and o.during @> tstzrange(visit.starts_at, visit.ends_at)
    where lr.tenant_id = of_tenant and lr.listing_id = visit.listing_id)
  then
    raise exception 'a visit is booked without its time: %', visit_id using errcode = '23514', constraint = 'appointment_has_time';
  end if;
  if exists (
    select from occupancy o where o.appointment_id = visit_id and o.tenant_id = of_tenant and o.kind = 'booked'
      and upper(o.during) > now()
      and (visit.id is null or visit.status = 'cancelled' or not o.during @> tstzrange(visit.starts_at, visit.ends_at)))
  then
    raise exception 'time is booked without a visit: %', visit_id using errcode = '23514', constraint = 'occupancy_has_visit';
  end if;
end $$;
revoke all on function kernel.check_claim from public;
