-- The tenant of staff who may plan its calendars: owner, admin or scheduler. SQLSTATE 42501 for anyone else.
create or replace function kernel.permit_planner() returns uuid language plpgsql stable as $$
declare
  claim text[] := ctx.claims();
begin
  if claim[1] is distinct from 'staff' then
    raise exception 'context of another scope' using errcode = '28000';
  elsif claim[4] is null or claim[4] not in ('owner', 'admin', 'scheduler') then
    raise exception 'role not enough' using errcode = '42501';
  end if;
  return claim[2]::uuid;
end $$;
revoke all on function kernel.permit_planner from public;
