-- Whether all that a hold took is still its own, by the clock after its rows are locked. Whoever changes a hold locks
-- the hold first and what it takes second, in id order.
create or replace function kernel.still_held(owner_tenant uuid, hold_id uuid, held_listing uuid) returns boolean language plpgsql as $$
declare
  kept integer;
  ends timestamptz;
begin
  select count(*), min(k.expires_at) into kept, ends from (
    select o.expires_at from occupancy o
    where o.appointment_id = hold_id and o.tenant_id = owner_tenant and o.kind = 'hold'
    order by o.id for update
  ) k;
  return ends > clock_timestamp()
    and kept = (select count(*) from listing_resource lr where lr.tenant_id = owner_tenant and lr.listing_id = held_listing);
end $$;
revoke all on function kernel.still_held from public;
