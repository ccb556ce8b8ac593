-- What the guest's own request got under this key, or null: for whoever has the key and not the body any more.
create or replace function kernel.once_answer(wanted_route text, wanted_key text) returns text
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
  select i.result from idempotency i
  where i.scope = kernel.once_scope(wanted_route, null) and i.route = wanted_route and i.key_hash = wanted_key
$$;
revoke all on function kernel.once_answer from public;
grant execute on function kernel.once_answer to medley_guest;
