-- Frees what a hold or an appointment takes, at once. Harmless when nothing is left; with a hold's capability
-- a visit that was booked meanwhile stays.
create or replace function kernel.release(row_id uuid) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  owner_tenant uuid := (kernel.permit(row_id, '{hold,appointment}'))[2]::uuid;
  only_held boolean := ctx.grant_kind() is not distinct from 'hold';
begin
  perform 1 from hold h where h.id = row_id and h.tenant_id = owner_tenant for update;
  with taken as (
    select o.id from occupancy o
    where o.appointment_id = row_id and o.tenant_id = owner_tenant and (o.kind = 'hold' or o.kind = 'booked' and not only_held)
    order by o.id for update
  )
  delete from occupancy o using taken where o.id = taken.id;
  delete from hold h where h.id = row_id and h.tenant_id = owner_tenant;
end $$;
revoke all on function kernel.release from public;
grant execute on function kernel.release to medley_guest, medley_staff;
