-- Refreshes the hints of these listings and of all beside them; how many that were.
create or replace function kernel.refresh_hints_beside(listing_ids uuid[]) returns integer
  language sql security definer set search_path = pg_catalog, public, pg_temp
as $$ select kernel.refresh_hints(kernel.beside(listing_ids)) $$;
revoke all on function kernel.refresh_hints_beside from public;
grant execute on function kernel.refresh_hints_beside to medley_relay;
