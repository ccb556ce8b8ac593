-- Removes a block and frees what it took, at once; the listing, or null when the tenant has no such block. Owners, admins and
-- schedulers only.
create or replace function kernel.unblock(block_id uuid) returns uuid
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  owner_tenant uuid := kernel.permit_planner();
  freed_listing uuid;
begin
  delete from time_block b where b.tenant_id = owner_tenant and b.id = block_id returning b.listing_id into freed_listing;
  delete from occupancy o where o.tenant_id = owner_tenant and o.appointment_id = block_id and o.kind = 'block';
  return freed_listing;
end $$;
revoke all on function kernel.unblock from public;
grant execute on function kernel.unblock to medley_staff;
