-- Takes a listing's resources for a block of staff's, at any hour. 'ok', 'taken' or 'unknown'; expired holds give way.
create or replace function kernel.block(block_id uuid, wanted_listing uuid, span tstzrange) returns text
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan
as $$
declare
  owner_tenant uuid := kernel.permit(block_id);
begin
  perform 1 from practitioner_role r where r.tenant_id = owner_tenant and r.id = wanted_listing;
  if not found then
    return 'unknown';
  end if;
  return kernel.take(owner_tenant, wanted_listing, span, block_id, 'block', null);
end $$;
revoke all on function kernel.block from public;
grant execute on function kernel.block to medley_staff;
