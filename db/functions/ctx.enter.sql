-- Takes on the context that an entry token names, for this transaction only. The token is `kid.body.hmac`; the body is base64 of
-- the claims (see ctx.claims), then: 12 pid of the backend that it was made for, 13 its number, 14 'first' for the first entry of
-- the session. Numbers rise within a session: the last one is this session's value of the sequence ctx.entry, which no door can
-- set. So a token is good for one entry, on one connection; staff's as long as their session lives and their membership says so.
-- SQLSTATE 28000 when it is anything else; 55000 when it is not the session's first and the session has entered nothing.
create or replace function ctx.enter(token text) returns void
  language plpgsql volatile parallel unsafe security definer set search_path = pg_catalog, pg_temp
as $$
declare
  part text[] := string_to_array(token, '.');
  claim text[];
  told text;
  last bigint;
begin
  if array_length(part, 1) is distinct from 3
    or ctx.mark(part[1], 'enter.' || part[1] || '.' || part[2]) is distinct from part[3]
  then
    raise exception 'bad context' using errcode = '28000';
  end if;
  claim := string_to_array(convert_from(decode(part[2], 'base64'), 'UTF8'), '|');
  if (claim[11]::float8 - extract(epoch from clock_timestamp()) between 0 and 120) is not true then
    raise exception 'expired context' using errcode = '28000';
  end if;
  if claim[12] is distinct from pg_backend_pid()::text then
    raise exception 'context of another connection' using errcode = '28000';
  end if;
  if claim[14] = 'first' then
    begin
      last := currval('ctx.entry');
    exception when object_not_in_prerequisite_state then
      last := 0;
    end;
  end if;
  if claim[14] = 'first' and last > 0 or claim[14] = '' and currval('ctx.entry') >= claim[13]::bigint then
    raise exception 'used context' using errcode = '28000';
  end if;
  perform setval('ctx.entry', claim[13]::bigint);
  if claim[1] = 'staff' and auth.is_staff(claim[9]::uuid, claim[3]::uuid, claim[2]::uuid, claim[4]) is not true then
    raise exception 'context of no session' using errcode = '28000';
  end if;
  told := array_to_string(claim[1:11], '|');
  perform set_config('medley.context',
    part[1] || '.' || ctx.mark(part[1], pg_backend_pid() || '.' || extract(epoch from transaction_timestamp()) || '.' || told)
      || '.' || told, true);
end $$;
revoke all on function ctx.enter from public;
grant execute on function ctx.enter to medley_guest, medley_patient, medley_staff, medley_worker;
