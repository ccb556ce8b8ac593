-- The claims of this transaction's context, in fixed places:
-- 1 scope, 2 tenant, 3 person, 4 role, 5 grant, 6 grant kind, 7 grant version, 8 aal, 9 session, 10 request, 11 expiry.
-- ctx.enter wrote the context as `kid.hmac.claims`; the HMAC covers the backend and the transaction's start too, so it is of no
-- use on another connection or in a later transaction. SQLSTATE 28000 when there is none, or when it is forged, expired, of
-- another transaction or signed with an unknown key.
create or replace function ctx.claims() returns text[]
  language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
as $$
declare
  context text := current_setting('medley.context', true);
  kid text := split_part(context, '.', 1);
  mark text := split_part(context, '.', 2);
  told text := substr(context, length(kid) + length(mark) + 3);
  claim text[];
begin
  if coalesce(context, '') = '' then
    raise exception 'no context' using errcode = '28000';
  end if;
  if ctx.mark(kid, pg_backend_pid() || '.' || extract(epoch from transaction_timestamp()) || '.' || told) is distinct from mark then
    raise exception 'bad context' using errcode = '28000';
  end if;
  claim := string_to_array(told, '|');
  if claim[1] = 'guest' and claim[6] <> all ('{hold,appointment,link,mailed}') then
    raise exception 'context of an unknown kind' using errcode = '28000';
  end if;
  if (claim[11]::float8 - extract(epoch from clock_timestamp()) between 0 and 120) is not true then
    raise exception 'expired context' using errcode = '28000';
  end if;
  return claim;
end $$;
revoke all on function ctx.claims from public;
grant execute on function ctx.claims to medley_guest, medley_patient, medley_staff, medley_worker, medley_kernel;
