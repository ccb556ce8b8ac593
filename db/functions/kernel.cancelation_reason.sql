-- Why a visit was cancelled, in the words of whoever did: for the guest who booked it, the desk and workflows of its tenant. It may
-- speak of health, so no staff role reads the column itself.
create or replace function kernel.cancelation_reason(visit_id uuid) returns text
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  of_tenant uuid := case when ctx.scope() = 'system' then ctx.tenant() else (kernel.permit(visit_id, '{appointment}'))[2]::uuid end;
begin
  return (select a.cancelation_reason from appointment a where a.tenant_id = of_tenant and a.id = visit_id);
end $$;
revoke all on function kernel.cancelation_reason from public;
grant execute on function kernel.cancelation_reason to medley_guest, medley_staff, medley_worker;
