-- An audit row says for itself who wrote it: the context of the door fills in tenant, scope and person, and there is no
-- other way. When is the column's default, which no door may write.
create or replace function public.audit_event_fill() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  claim text[];
begin
  if current_user = 'medley_identity' then
    new.scope := 'auth';
    return new;
  end if;
  if current_user = 'medley_owner' then
    raise exception 'the owner of the tables is no door' using errcode = '42501';
  end if;
  -- A function of the kernel that has asked for the context already says what it found there.
  if current_user = 'medley_kernel' and new.scope <> '' then
    return new;
  end if;
  claim := ctx.claims();
  if claim[1] <> (case current_user
    when 'medley_staff' then 'staff' when 'medley_guest' then 'guest' when 'medley_worker' then 'system' else claim[1] end)
  then
    raise exception 'context of another scope' using errcode = '28000';
  end if;
  new.tenant_id := claim[2]::uuid;
  new.scope := claim[1];
  new.person_id := nullif(claim[3], '')::uuid;
  new.request_id := nullif(claim[10], '');
  return new;
end $$;
revoke all on function public.audit_event_fill from public;
