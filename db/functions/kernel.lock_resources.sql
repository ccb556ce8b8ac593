-- Locks resources until the transaction ends, in the order of their ids, so that two callers never wait for each other in a
-- circle. Whoever claims or moves takes these locks before it touches occupancy.
create or replace function kernel.lock_resources(resource_ids uuid[]) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(ordered.id::text, 0))
    from (select r.id from unnest(resource_ids) as r(id) order by r.id) ordered;
end $$;
revoke all on function kernel.lock_resources from public;
