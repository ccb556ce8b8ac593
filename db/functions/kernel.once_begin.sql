-- Takes a key for a request. `fresh`: do the work, then `once_store` its result. Else `result` is what the first
-- one got, or `mismatch` says that the key came with another body. A twin in flight is waited for.
-- A key counts for one caller: the person, the capability's row, or for a hold whoever `asker` names.
-- Without `may_be_known` a known key raises SQLSTATE 40001: the caller repeats the transaction, and looks first then.
create or replace function kernel.once_begin(
  wanted_route text, wanted_key text, wanted_body text, asker text, may_be_known boolean
) returns table (fresh boolean, result text, mismatch boolean)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  caller text := kernel.once_scope(wanted_route, asker);
begin
  insert into idempotency (scope, route, key_hash, body_hash) values (caller, wanted_route, wanted_key, wanted_body)
    on conflict do nothing;
  if found then
    return query select true, null::text, false;
  elsif not may_be_known then
    raise exception 'the key is known' using errcode = '40001';
  else
    return query select false, i.result, i.body_hash <> wanted_body from idempotency i
      where i.scope = caller and i.route = wanted_route and i.key_hash = wanted_key;
  end if;
end $$;
revoke all on function kernel.once_begin from public;
grant execute on function kernel.once_begin to medley_guest, medley_staff, medley_worker;
