-- What of [from_at, to_at) is taken, and per resource perhaps something later. Expired holds do not count, nor what
-- `except_id` has. As nothing of one resource overlaps, the rows that end after `from_at` lie in order: those that end by
-- `to_at`, and the next one. That costs about half of what asking the range index does.
create or replace function kernel.busy_time(of_tenant uuid, of_listing uuid, from_at timestamptz, to_at timestamptz, except_id uuid)
returns table (busy tstzmultirange) language sql stable as $$
  select coalesce(range_agg(taken.during), '{}')
  from listing_resource lr
  cross join lateral (
    (select o.during from occupancy o
    where o.resource_id = lr.resource_id and upper(o.during) > from_at and upper(o.during) <= to_at
      and (o.expires_at is null or o.expires_at > clock_timestamp()) and o.appointment_id is distinct from except_id)
    union all
    (select o.during from occupancy o
    where o.resource_id = lr.resource_id and upper(o.during) > to_at
      and (o.expires_at is null or o.expires_at > clock_timestamp()) and o.appointment_id is distinct from except_id
    order by upper(o.during) limit 1)
  ) taken
  where lr.tenant_id = of_tenant and lr.listing_id = of_listing
$$;
revoke all on function kernel.busy_time from public;
