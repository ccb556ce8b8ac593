-- The HMAC of a text under the key `key_id`, in hex; null when there is no such key, or no longer. For the functions of ctx only.
create or replace function ctx.mark(key_id text, told text) returns text
  language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp
as $$
declare
  key_secret bytea;
begin
  select secret into key_secret from ctx.key
    where kid = key_id and (not_after is null or not_after > clock_timestamp());
  return encode(public.hmac(convert_to(told, 'UTF8'), key_secret, 'sha256'), 'hex');
end $$;
revoke all on function ctx.mark from public;
