-- The times to which a booked visit can be moved, earliest first: as long as it was booked, its own time counted as free.
-- For the visit's guest and for staff of its tenant; no times for any other visit.
create or replace function kernel.move_times(visit_id uuid, from_at timestamptz, to_at timestamptz, per_listing integer default null)
returns table (starts_at timestamptz, ends_at timestamptz)
  language sql stable security definer
  set search_path = pg_catalog, public, pg_temp set jit = off set plan_cache_mode = force_generic_plan
as $$
  select t.starts_at, t.ends_at
  from appointment a
  cross join lateral kernel.times(array[a.listing_id], a.service_id, from_at, to_at, per_listing, a.offer, a.id) t
  where a.tenant_id = (kernel.permit(visit_id, '{appointment}'))[2]::uuid and a.id = visit_id
$$;
revoke all on function kernel.move_times from public;
grant execute on function kernel.move_times to medley_guest, medley_staff;
