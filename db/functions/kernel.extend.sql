-- Keeps a live hold for ten more minutes, at most thirty in all; the new expiry, or null when it is too late.
create or replace function kernel.extend(hold_id uuid) returns timestamptz
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  owner_tenant uuid := (kernel.permit(hold_id, '{hold}'))[2]::uuid;
  kept hold%rowtype;
  until timestamptz;
begin
  select * into kept from hold h where h.tenant_id = owner_tenant and h.id = hold_id for update;
  if kept.id is null or kernel.still_held(owner_tenant, hold_id, kept.listing_id) is not true then
    return null;
  end if;
  until := greatest(kept.expires_at,
    least(date_trunc('milliseconds', clock_timestamp()) + interval '10 minutes', kept.extendable_until));
  update occupancy o set expires_at = until
    where o.appointment_id = hold_id and o.tenant_id = owner_tenant and o.kind = 'hold';
  update hold h set expires_at = until where h.tenant_id = owner_tenant and h.id = hold_id;
  return until;
end $$;
revoke all on function kernel.extend from public;
grant execute on function kernel.extend to medley_guest;
