-- Who an idempotency key belongs to: the person, the capability's row, or 'anon' for holds.
create or replace function kernel.once_scope(wanted_route text) returns text language plpgsql stable as $$
declare
  claim text[] := ctx.claims();
begin
  return case
    when claim[1] = 'guest' and wanted_route = 'hold' then 'anon'
    when claim[1] = 'guest' then 'grant:' || nullif(claim[5], '')
    else claim[1] || ':' || claim[2] || ':' || claim[3]
  end;
end $$;
revoke all on function kernel.once_scope from public;
