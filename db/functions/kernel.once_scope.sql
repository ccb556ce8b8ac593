-- Who an idempotency key belongs to: the person, the capability's row, or for a hold whoever `asker` names (a keyed hash of an
-- address or of a client's secret): a key that someone else uses is another key.
create or replace function kernel.once_scope(wanted_route text, asker text) returns text language plpgsql stable as $$
declare
  claim text[] := ctx.claims();
begin
  if claim[1] = 'guest' and wanted_route = 'hold' then
    if coalesce(asker, '') = '' then
      raise exception 'a hold without an asker' using errcode = '22004';
    end if;
    return 'asker:' || asker;
  end if;
  return case
    when claim[1] = 'guest' then 'grant:' || nullif(claim[5], '')
    else claim[1] || ':' || claim[2] || ':' || claim[3]
  end;
end $$;
revoke all on function kernel.once_scope from public;
