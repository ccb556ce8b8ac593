-- Checks every visit and all booked time at once, as kernel.check_claim does one: for the seed, which writes a million of
-- them with the triggers off. Each question is one join over whole tables.
create or replace function kernel.check_claims() returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp set enable_nestloop = off
as $$
declare
  found_id uuid;
begin
  select a.id into found_id from appointment a
    left join listing_resource lr on lr.tenant_id = a.tenant_id and lr.listing_id = a.listing_id
    left join occupancy o on o.appointment_id = a.id and o.resource_id = lr.resource_id and o.tenant_id = a.tenant_id
      and o.kind = 'booked'
    where a.status <> 'cancelled' and a.ends_at > now()
      and (o.during @> tstzrange(a.starts_at, a.ends_at)) is not true
    limit 1;
  if found then
    raise exception 'a visit is booked without its time: %', found_id using errcode = '23514', constraint = 'appointment_has_time';
  end if;
  select o.appointment_id into found_id from occupancy o
    left join appointment a on a.id = o.appointment_id and a.tenant_id = o.tenant_id and a.status <> 'cancelled'
      and o.during @> tstzrange(a.starts_at, a.ends_at)
    where o.kind = 'booked' and upper(o.during) > now() and a.id is null
    limit 1;
  if found then
    raise exception 'time is booked without a visit: %', found_id using errcode = '23514', constraint = 'occupancy_has_visit';
  end if;
end $$;
revoke all on function kernel.check_claims from public;
grant execute on function kernel.check_claims to medley_owner;
