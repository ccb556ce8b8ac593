-- Day and place of one visit, and nothing of the person or what it is for: for whoever carries its mailed link or booked it, and for
-- workflows of its tenant. No row when a newer link took this one's place.
create or replace function kernel.glimpse(visit_id uuid)
  returns table (id uuid, tenant_id uuid, listing_id uuid, status text, starts_at timestamptz, ends_at timestamptz, created_at timestamptz, sequence integer)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
#variable_conflict use_column
declare
  claim text[] := ctx.claims();
begin
  if claim[1] not in ('guest', 'system')
    or claim[1] = 'guest' and (claim[5]::uuid is distinct from visit_id or claim[6] not in ('appointment', 'link', 'mailed'))
  then
    raise exception 'context of another row' using errcode = '28000';
  end if;
  return query
    select a.id, a.tenant_id, a.listing_id, a.status, a.starts_at, a.ends_at, a.created_at, a.sequence
    from appointment a
    where a.tenant_id = claim[2]::uuid and a.id = visit_id
      and (claim[1] = 'system'
        or nullif(claim[7], '')::integer = case claim[6] when 'appointment' then a.access_version else a.link_version end);
end $$;
revoke all on function kernel.glimpse from public;
grant execute on function kernel.glimpse to medley_guest, medley_worker;
