-- At the end of a transaction that booked time or gave booked time back: see kernel.check_claim. Time that became booked
-- only needs its visit to be there: the visit's own trigger has looked at the rest.
create or replace function kernel.time_is_booked() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan
as $$
begin
  if tg_op <> 'INSERT' and old.kind = 'booked' then
    perform kernel.check_claim(old.tenant_id, old.appointment_id);
  end if;
  if tg_op <> 'DELETE' and new.kind = 'booked' and not exists (
    select from appointment a where a.tenant_id = new.tenant_id and a.id = new.appointment_id and a.status <> 'cancelled')
  then
    perform kernel.check_claim(new.tenant_id, new.appointment_id);
  end if;
  return null;
end $$;
revoke all on function kernel.time_is_booked from public;
grant execute on function kernel.time_is_booked to medley_owner;
