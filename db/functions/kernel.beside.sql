-- These listings and all that share a practitioner, a room or a device with them: time taken in one is taken in each.
create or replace function kernel.beside(listing_ids uuid[]) returns uuid[]
  language sql stable set search_path = pg_catalog, public, pg_temp
as $$
  select coalesce(array_agg(distinct other.listing_id), '{}')
  from listing_resource mine join listing_resource other on other.resource_id = mine.resource_id
  where mine.listing_id = any (listing_ids)
$$;
revoke all on function kernel.beside from public;
