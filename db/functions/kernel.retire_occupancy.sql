-- Removes what took time until two days ago: it decides nothing any more, and the visits and blocks themselves stay. Goes
-- through 500 resources after `after` (null: from the first), at most 100 rows each; gives the last resource, null when the
-- round is complete, and how many rows were removed. In steps by resource, because the index that orders a resource's time
-- is there anyway, and one over the end of all times would cost every booking.
create or replace function kernel.retire_occupancy(after uuid) returns table (last uuid, removed integer)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  step uuid[] := array(
    select r.id from resource r where after is null or r.id > after order by r.id limit 500);
begin
  with old as (
    select o.id from unnest(step) as r(id)
    cross join lateral (
      select o.id from occupancy o
      where o.resource_id = r.id and upper(o.during) < clock_timestamp() - interval '2 days'
      order by upper(o.during) limit 100
    ) o
  )
  delete from occupancy o using old where o.id = old.id;
  get diagnostics removed = row_count;
  last := case when cardinality(step) = 500 then step[500] end;
  return next;
end $$;
revoke all on function kernel.retire_occupancy from public;
grant execute on function kernel.retire_occupancy to medley_relay;
