-- Counts a try of the patient's birth date under a mailed link and judges it. 'opened'; 'wrong' with the tries that this
-- link has left; 'renewed' after the fifth wrong one: the link is dead and a new one is to be mailed; 'locked' after twenty
-- wrong ones under all links of the visit, from when on no date opens it; 'unknown' for a link that a newer one replaced.
-- 'future', not counted, for a day that has begun nowhere yet: the first zone is 14 hours ahead of UTC.
-- Only a link of kind 'mailed' proves a mailbox: 'link' is what whoever booked was handed.
-- It works as the kernel, because a raised `link_version` takes the row out of sight of the link that raised it.
create or replace function kernel.identify(given date)
returns table (outcome text, tries_left integer, access_version integer, booked_at timestamptz, listing_id uuid)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
#variable_conflict use_column
declare
  tries_per_link constant integer := 5;
  tries_in_all constant integer := 20;
  claim text[] := ctx.claims();
  visit appointment%rowtype;
begin
  if claim[1] is distinct from 'guest' or coalesce(claim[6], '') not in ('link', 'mailed') then
    raise exception 'context of another kind' using errcode = '28000';
  end if;
  select * into visit from appointment a
    where a.tenant_id = claim[2]::uuid and a.id = claim[5]::uuid and a.link_version = claim[7]::integer for update;
  if not found then
    outcome := 'unknown';
  elsif visit.birth_date_failures >= tries_in_all then
    outcome := 'locked';
  elsif given > (clock_timestamp() at time zone 'UTC' + interval '14 hours')::date then
    outcome := 'future';
  elsif exists (select from patient p where p.tenant_id = visit.tenant_id and p.id = visit.patient_id and p.birth_date = given) then
    outcome := 'opened';
    visit.birth_date_tries := 0;
  else
    visit.birth_date_tries := visit.birth_date_tries + 1;
    visit.birth_date_failures := visit.birth_date_failures + 1;
    outcome := case
      when visit.birth_date_failures >= tries_in_all then 'locked'
      when visit.birth_date_tries >= tries_per_link then 'renewed'
      else 'wrong' end;
    if outcome = 'renewed' then
      visit.birth_date_tries := 0;
      visit.link_version := visit.link_version + 1;
    end if;
  end if;
  update appointment a
    set birth_date_tries = visit.birth_date_tries, birth_date_failures = visit.birth_date_failures,
      link_version = visit.link_version, contact_verified = visit.contact_verified or outcome = 'opened' and claim[6] = 'mailed'
    where outcome <> 'unknown' and a.tenant_id = visit.tenant_id and a.id = visit.id;
  return query select outcome, least(tries_per_link - visit.birth_date_tries, tries_in_all - visit.birth_date_failures),
    visit.access_version, visit.created_at, visit.listing_id;
end $$;
revoke all on function kernel.identify from public;
grant execute on function kernel.identify to medley_guest;
