-- Takes a listing's resources for `span`: 'ok', or 'taken' and then nothing of it stays. Expired holds in the way are removed
-- first. Whoever takes time locks its resources, so what is free here stays free until the constraint has said so too.
create or replace function kernel.take(
  owner_tenant uuid, wanted_listing uuid, span tstzrange, holder uuid, claim_kind text, until timestamptz
) returns text language plpgsql as $$
declare
  wanted uuid[] := array(
    select lr.resource_id from listing_resource lr where lr.tenant_id = owner_tenant and lr.listing_id = wanted_listing);
begin
  perform kernel.lock_resources(wanted);
  if exists (select from occupancy o where o.resource_id = any (wanted) and o.during && span) then
    -- In the order of their ids, as whoever changes a hold locks them.
    with expired as (
      select o.id from occupancy o
      where o.resource_id = any (wanted) and o.during && span and o.kind = 'hold' and o.expires_at <= clock_timestamp()
      order by o.id for update
    )
    delete from occupancy o using expired where o.id = expired.id;
    if exists (select from occupancy o where o.resource_id = any (wanted) and o.during && span) then
      return 'taken';
    end if;
  end if;
  insert into occupancy (resource_id, during, kind, tenant_id, appointment_id, expires_at)
    select w.id, span, claim_kind, owner_tenant, holder, until from unnest(wanted) as w(id);
  return case when cardinality(wanted) > 0 then 'ok' else 'taken' end;
end $$;
revoke all on function kernel.take from public;
