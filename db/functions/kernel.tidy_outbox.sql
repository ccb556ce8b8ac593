-- Removes rows of the outbox that were done more than a week ago, at most `batch`; how many it removed.
create or replace function kernel.tidy_outbox(batch integer) returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  removed integer;
begin
  delete from outbox where id in (
    select o.id from outbox o where o.done_at < clock_timestamp() - interval '7 days' order by o.done_at limit batch);
  get diagnostics removed = row_count;
  return removed;
end $$;
revoke all on function kernel.tidy_outbox from public;
grant execute on function kernel.tidy_outbox to medley_relay;
