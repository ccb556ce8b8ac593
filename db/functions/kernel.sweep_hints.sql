-- Refreshes the hints of the `batch` listings whose hints are oldest: older than ten minutes, or of another local day.
create or replace function kernel.sweep_hints(batch integer) returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  oldest uuid[];
begin
  select array_agg(due.id) into oldest from (
    select h.listing_id as id from listing_hint h where h.refreshed_at < clock_timestamp() - interval '10 minutes'
    order by h.refreshed_at limit batch
  ) due;
  return case when oldest is null then 0 else kernel.refresh_hints(oldest) end;
end $$;
revoke all on function kernel.sweep_hints from public;
grant execute on function kernel.sweep_hints to medley_relay;
