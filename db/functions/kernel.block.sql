-- Takes a listing's resources for a block of staff's, at any hour, and records the block. 'ok', 'taken' or 'unknown'; expired
-- holds give way. Owners, admins and schedulers only. A block without an end or longer than a year fails a CHECK.
create or replace function kernel.block(
  block_id uuid, wanted_listing uuid, block_starts timestamptz, block_ends timestamptz, block_reason text
) returns text
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp set plan_cache_mode = force_generic_plan
as $$
declare
  owner_tenant uuid := kernel.permit_planner();
  outcome text;
begin
  perform 1 from practitioner_role r where r.tenant_id = owner_tenant and r.id = wanted_listing;
  if not found then
    return 'unknown';
  end if;
  outcome := kernel.take(owner_tenant, wanted_listing, tstzrange(block_starts, block_ends), block_id, 'block', null);
  if outcome = 'ok' then
    insert into time_block (tenant_id, id, listing_id, starts_at, ends_at, reason)
      values (owner_tenant, block_id, wanted_listing, block_starts, block_ends, block_reason);
  end if;
  return outcome;
end $$;
revoke all on function kernel.block from public;
grant execute on function kernel.block to medley_staff;
