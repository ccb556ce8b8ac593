-- Counts one use under each key, in the order of the keys, so that two callers never wait for each other in a circle. A
-- key may be used `allowed` times within `within_seconds` of its first use. No row: all were allowed. Otherwise the key that
-- was used too often and the seconds until it may be used again; a guest's caller must roll back then. The rows stay locked
-- until the transaction ends, so uses at the same time count one after the other. At most 16 keys, and a day.
-- SQLSTATE 28000 for 'message about' another visit than the caller's own.
create or replace function kernel.count_use(keys text[], allowed bigint[], within_seconds integer[])
returns table (exceeded text, wait_seconds integer)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
  if coalesce(ctx.scope(), '') not in ('guest', 'system') then
    raise exception 'context of another scope' using errcode = '28000';
  end if;
  if cardinality(keys) > 16 or 86400 < any (within_seconds) then
    raise exception 'too much to count' using errcode = '22023';
  end if;
  return query select c.exceeded, c.wait_seconds from kernel.count(keys, allowed, within_seconds) c;
end $$;
revoke all on function kernel.count_use from public;
grant execute on function kernel.count_use to medley_guest, medley_worker;
