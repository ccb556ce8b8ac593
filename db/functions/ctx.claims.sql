-- The claims of this transaction's token, in fixed places:
-- 1 scope, 2 tenant, 3 person, 4 role, 5 grant, 6 grant kind, 7 grant version, 8 aal, 9 session, 10 request, 11 expiry.
-- SQLSTATE 28000 when there is none, or when it is forged, expired or signed with an unknown key.
create or replace function ctx.claims() returns text[]
  language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
as $$
declare
  token text := current_setting('medley.context', true);
  part text[];
  key_secret bytea;
  claim text[];
begin
  if coalesce(token, '') = '' then
    raise exception 'no context' using errcode = '28000';
  end if;
  part := string_to_array(token, '.');
  select secret into key_secret from ctx.key
    where kid = part[1] and (not_after is null or not_after > clock_timestamp());
  if key_secret is null or array_length(part, 1) <> 3
    or encode(public.hmac(convert_to(part[1] || '.' || part[2], 'UTF8'), key_secret, 'sha256'), 'hex') is distinct from part[3]
  then
    raise exception 'bad context' using errcode = '28000';
  end if;
  claim := string_to_array(convert_from(decode(part[2], 'base64'), 'UTF8'), '|');
  -- A minute is what a door asks for; whatever lasts much longer was not made by one.
  if (claim[11]::float8 - extract(epoch from clock_timestamp()) between 0 and 120) is not true then
    raise exception 'expired context' using errcode = '28000';
  end if;
  return claim;
end $$;
revoke all on function ctx.claims from public;
grant execute on function ctx.claims to medley_guest, medley_patient, medley_staff, medley_worker, medley_kernel;
