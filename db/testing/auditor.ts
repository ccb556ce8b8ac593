import type postgres from 'postgres'

/** What is wrong with the bookings, in words, and the ids it shows in (at most ten). */
export type Fault = { fault: string; ids: string[] }

/**
 * What must hold of `occupancy` after whatever happened, checked from the rows alone: nobody has an overlapping time,
 * a visit that was not cancelled and has not ended has exactly what its listing takes, and nothing is taken without a reason. Empty when
 * all is well. `sql` must see every row (a superuser's); `tenantIds` narrows it to what one test made.
 */
export const auditBooking = (sql: postgres.Sql, tenantIds: string[] | null = null): Promise<Fault[]> => sql<Fault[]>`
  with taken as (
    select * from occupancy where ${tenantIds}::uuid[] is null or tenant_id = any (${tenantIds}::uuid[])
  ), visit as (
    select * from appointment where ${tenantIds}::uuid[] is null or tenant_id = any (${tenantIds}::uuid[])
  ), kept as (
    select * from hold where ${tenantIds}::uuid[] is null or tenant_id = any (${tenantIds}::uuid[])
  ), found (fault, id) as (
    select 'two have an overlapping time', a.appointment_id from taken a
      join occupancy b on b.resource_id = a.resource_id and b.during && a.during and b.id <> a.id
    union all
    select 'a visit does not have all that its listing takes', v.id from visit v
      join listing_resource lr on lr.tenant_id = v.tenant_id and lr.listing_id = v.listing_id
      where v.status <> 'cancelled' and v.ends_at > clock_timestamp() and not exists (
        select 1 from occupancy o where o.appointment_id = v.id and o.tenant_id = v.tenant_id and o.kind = 'booked'
          and o.resource_id = lr.resource_id and o.during @> tstzrange(v.starts_at, v.ends_at))
    union all
    select 'a visit has more than its listing takes', v.id from visit v
      where v.status <> 'cancelled' and v.ends_at > clock_timestamp() and (
        (select count(*) from occupancy o where o.appointment_id = v.id)
        <> (select count(*) from listing_resource lr where lr.tenant_id = v.tenant_id and lr.listing_id = v.listing_id))
    union all
    select 'a time is booked without a visit', o.appointment_id from taken o
      where o.kind = 'booked' and not exists (
        select 1 from appointment v where v.tenant_id = o.tenant_id and v.id = o.appointment_id and v.status <> 'cancelled')
    union all
    select 'a time is held without a hold', o.appointment_id from taken o
      where o.kind = 'hold' and not exists (
        select 1 from hold h where h.tenant_id = o.tenant_id and h.id = o.appointment_id and h.expires_at = o.expires_at)
    union all
    select 'a live hold does not have its time', h.id from kept h
      join listing_resource lr on lr.tenant_id = h.tenant_id and lr.listing_id = h.listing_id
      where h.expires_at > clock_timestamp() and not exists (
        select 1 from occupancy o where o.appointment_id = h.id and o.tenant_id = h.tenant_id and o.kind = 'hold'
          and o.resource_id = lr.resource_id and o.during @> tstzrange(h.starts_at, h.ends_at))
    union all
    select 'a hold is left beside its visit', h.id from kept h
      where exists (select 1 from appointment v where v.tenant_id = h.tenant_id and v.id = h.id)
    union all
    select 'a time is blocked without a block', o.appointment_id from taken o
      where o.kind = 'block' and not exists (select 1 from time_block b where b.tenant_id = o.tenant_id and b.id = o.appointment_id)
  )
  select fault, (array_agg(distinct id))[1:10] as ids from found group by fault order by fault`
