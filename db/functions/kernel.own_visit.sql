-- `wanted` when the caller may set its time aside: a guest the hold or the visit that the capability names, staff and workflows
-- what is the tenant's, a superuser anything. Null stays null. SQLSTATE 28000 for anyone else, since the answer would tell where
-- a known visit lies.
create or replace function kernel.own_visit(wanted uuid) returns uuid language plpgsql stable as $$
declare
  claim text[];
begin
  if wanted is null or (select r.rolsuper from pg_roles r where r.rolname = session_user) then
    return wanted;
  end if;
  claim := ctx.claims();
  if (case
    when claim[1] <> 'guest' then exists (select from occupancy o where o.tenant_id = claim[2]::uuid and o.appointment_id = wanted)
      or exists (select from appointment a where a.tenant_id = claim[2]::uuid and a.id = wanted)
    when claim[5]::uuid is distinct from wanted then false
    when claim[6] = 'hold' then exists (select from hold h where h.tenant_id = claim[2]::uuid and h.id = wanted)
    else claim[6] = 'appointment' end)
  then
    return wanted;
  end if;
  raise exception 'context of another row' using errcode = '28000';
end $$;
revoke all on function kernel.own_visit from public;
