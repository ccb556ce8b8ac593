-- The claims of a caller that may touch the row (see ctx.claims; the second is the tenant): a guest only the row that the capability names, at its present
-- version and only with one of `grants`; staff at the desk whatever is the tenant's, except what is for a hold's token alone.
create or replace function kernel.permit(row_id uuid, grants text[] default '{}') returns text[] language plpgsql stable as $$
declare
  claim text[] := ctx.claims();
begin
  if claim[1] = 'guest' and (claim[5]::uuid is distinct from row_id or claim[6] <> all (grants)) then
    raise exception 'context of another row' using errcode = '28000';
  elsif claim[1] = 'guest' and (
    exists (select from hold h where h.tenant_id = claim[2]::uuid and h.id = row_id and h.access_version <> nullif(claim[7], '')::integer)
    or exists (select from appointment a where a.tenant_id = claim[2]::uuid and a.id = row_id and a.access_version <> nullif(claim[7], '')::integer))
  then
    raise exception 'context of an older version' using errcode = '28000';
  elsif claim[1] = 'staff' and grants = '{hold}' then
    raise exception 'a hold is a guest''s' using errcode = '28000';
  elsif claim[1] = 'staff' and claim[4] not in ('owner', 'admin', 'scheduler', 'practitioner') then
    raise exception 'role not enough' using errcode = '42501';
  elsif claim[1] not in ('guest', 'staff') then
    raise exception 'context of another scope' using errcode = '28000';
  end if;
  return claim;
end $$;
revoke all on function kernel.permit from public;
