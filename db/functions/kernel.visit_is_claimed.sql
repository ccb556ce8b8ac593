-- At the end of a transaction that booked, moved, cancelled, revived or removed a visit: see kernel.check_claim.
create or replace function kernel.visit_is_claimed() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan
as $$
begin
  if tg_op = 'DELETE' then
    perform kernel.check_claim(old.tenant_id, old.id);
  else
    perform kernel.check_claim(new.tenant_id, new.id);
  end if;
  return null;
end $$;
revoke all on function kernel.visit_is_claimed from public;
grant execute on function kernel.visit_is_claimed to medley_owner;
