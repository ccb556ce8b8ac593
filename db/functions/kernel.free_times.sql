-- The times at which a visit can start, earliest first per listing, at most `per_listing` each (null: all).
-- Starts lie in [from_at, to_at), on the service's grid from local midnight, buffers inside the opening hours.
-- `wanted_service` null: each listing's first service.
create or replace function kernel.free_times(
  listing_ids uuid[], wanted_service uuid, from_at timestamptz, to_at timestamptz, per_listing integer default null
) returns table (listing_id uuid, service_id uuid, starts_at timestamptz, ends_at timestamptz)
  language sql stable security definer
  set search_path = pg_catalog, public, pg_temp set jit = off set plan_cache_mode = force_generic_plan
as $$
  select t.listing_id, t.service_id, t.starts_at, t.ends_at
  from kernel.times(listing_ids, wanted_service, from_at, to_at, per_listing) t
$$;
revoke all on function kernel.free_times from public;
grant execute on function kernel.free_times to medley_owner, medley_public, medley_guest, medley_staff, medley_worker;
