-- Takes a listing's resources for `span`: 'ok', or 'taken' and then nothing of it stays. Expired holds in the way are
-- removed first, in id order; the constraint then decides. Resources go in id order, so that two never wait in a circle.
create or replace function kernel.take(
  owner_tenant uuid, wanted_listing uuid, span tstzrange, holder uuid, claim_kind text, until timestamptz
) returns text language plpgsql as $$
declare
  wanted uuid[] := array(
    select lr.resource_id from listing_resource lr
    where lr.tenant_id = owner_tenant and lr.listing_id = wanted_listing order by lr.resource_id);
  got uuid[];
begin
  perform kernel.lock_resources(wanted);
  with expired as (
    select o.id from occupancy o
    where o.resource_id = any (wanted) and o.during && span and o.kind = 'hold' and o.expires_at <= clock_timestamp()
    order by o.id for update
  )
  delete from occupancy o using expired where o.id = expired.id;

  with put as (
    insert into occupancy (resource_id, during, kind, tenant_id, appointment_id, expires_at)
      select w.id, span, claim_kind, owner_tenant, holder, until from unnest(wanted) as w(id)
      on conflict do nothing
      returning id
  )
  select array_agg(put.id) into got from put;
  if cardinality(wanted) > 0 and cardinality(got) = cardinality(wanted) then
    return 'ok';
  end if;
  delete from occupancy o where o.id = any (got);
  return 'taken';
end $$;
revoke all on function kernel.take from public;
