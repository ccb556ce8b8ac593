-- The signed context: who a transaction acts for, proven by an HMAC that only medley_ctx can check.
create schema ctx authorization medley_ctx;
set local role medley_ctx;

create table ctx.key (
  kid text primary key,
  secret bytea not null,
  not_after timestamptz
);

-- The claims of this transaction's token, in fixed places:
-- 1 scope, 2 tenant, 3 person, 4 role, 5 grant, 6 grant kind, 7 grant version, 8 aal, 9 session, 10 request, 11 expiry.
-- SQLSTATE 28000 when there is none, or when it is forged, expired or signed with an unknown key.
create function ctx.claims() returns text[]
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

-- The tenant, when the token is of `scope`; another scope is an error, not an empty answer.
create function ctx.tenant(scope text) returns uuid
  language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  claim text[] := ctx.claims();
begin
  if claim[1] is distinct from scope then
    raise exception 'context of another scope' using errcode = '28000';
  end if;
  return claim[2]::uuid;
end $$;

create function ctx.tenant() returns uuid language sql stable parallel safe set search_path = pg_catalog, pg_temp
  as $$ select (ctx.claims())[2]::uuid $$;
create function ctx.scope() returns text language sql stable parallel safe set search_path = pg_catalog, pg_temp
  as $$ select (ctx.claims())[1] $$;
create function ctx.person() returns uuid language sql stable parallel safe set search_path = pg_catalog, pg_temp
  as $$ select nullif((ctx.claims())[3], '')::uuid $$;
create function ctx.role() returns text language sql stable parallel safe set search_path = pg_catalog, pg_temp
  as $$ select nullif((ctx.claims())[4], '') $$;
create function ctx.grant_id() returns uuid language sql stable parallel safe set search_path = pg_catalog, pg_temp
  as $$ select nullif((ctx.claims())[5], '')::uuid $$;
create function ctx.grant_kind() returns text language sql stable parallel safe set search_path = pg_catalog, pg_temp
  as $$ select nullif((ctx.claims())[6], '') $$;
create function ctx.grant_version() returns integer language sql stable parallel safe set search_path = pg_catalog, pg_temp
  as $$ select nullif((ctx.claims())[7], '')::integer $$;
create function ctx.request_id() returns text language sql stable parallel safe set search_path = pg_catalog, pg_temp
  as $$ select nullif((ctx.claims())[10], '') $$;

revoke all on all functions in schema ctx from public;
grant usage on schema ctx to medley_owner, medley_staff, medley_patient, medley_guest, medley_worker, medley_kernel;
grant execute on all functions in schema ctx to medley_staff, medley_patient, medley_guest, medley_worker, medley_kernel;
reset role;
