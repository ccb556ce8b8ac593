-- The tenant, when the token is of `scope`; another scope is an error, not an empty answer.
create or replace function ctx.tenant(scope text) returns uuid
  language plpgsql stable parallel restricted set search_path = pg_catalog, pg_temp
as $$
declare
  claim text[] := ctx.claims();
begin
  if claim[1] is distinct from scope then
    raise exception 'context of another scope' using errcode = '28000';
  end if;
  return claim[2]::uuid;
end $$;
-- The same for staff with one of `roles`; null for other staff.
create or replace function ctx.tenant(scope text, roles text[]) returns uuid
  language plpgsql stable parallel restricted set search_path = pg_catalog, pg_temp
as $$
declare
  claim text[] := ctx.claims();
begin
  if claim[1] is distinct from scope then
    raise exception 'context of another scope' using errcode = '28000';
  end if;
  return case when claim[4] = any (roles) then claim[2]::uuid end;
end $$;
-- The tenant, whatever the scope of the token.
create or replace function ctx.tenant() returns uuid language sql stable parallel restricted set search_path = pg_catalog, pg_temp
  as $$ select (ctx.claims())[2]::uuid $$;
revoke all on function ctx.tenant(), ctx.tenant(text), ctx.tenant(text, text[]) from public;
grant execute on function ctx.tenant(), ctx.tenant(text), ctx.tenant(text, text[]) to medley_guest, medley_patient, medley_staff, medley_worker, medley_kernel;
