-- Whether the guest's own hold became a visit: all that a hold's token may learn of it.
create or replace function kernel.is_booked(hold_id uuid) returns boolean
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
  if ctx.grant_kind() is distinct from 'hold' or ctx.grant_id() is distinct from hold_id then
    raise exception 'context of another row' using errcode = '28000';
  end if;
  return exists (select from appointment a where a.tenant_id = ctx.tenant('guest') and a.id = hold_id);
end $$;
revoke all on function kernel.is_booked from public;
grant execute on function kernel.is_booked to medley_guest;
