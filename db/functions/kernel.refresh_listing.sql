-- Rewrites the public rows of these listings from the truth, and removes those no longer published.
create or replace function kernel.refresh_listing(listing_ids uuid[]) returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp set jit = off
as $$
declare
  changed integer;
begin
  delete from listing l where l.id = any (listing_ids)
    and not exists (select 1 from practitioner_role r
      where r.tenant_id = l.tenant_id and r.id = l.id and r.published_at is not null);

  insert into listing (id, tenant_id, location_id, slug, specialty, languages, accepts_new_patients, service_names,
    time_zone, place, card, profile, search)
  select r.id, r.tenant_id, r.location_id, r.slug, r.specialty, coalesce(p.languages, '{English}'), r.accepts_new_patients, s.names,
    l.time_zone,
    cube(array[cos(radians(l.lat)) * cos(radians(l.lng)), cos(radians(l.lat)) * sin(radians(l.lng)), sin(radians(l.lat))]),
    jsonb_build_object(
      'name', coalesce(p.display_name, l.name),
      'kind', g.kind,
      'specialty', coalesce(sp.name, r.specialty),
      'organization', g.name,
      'location', jsonb_build_object('name', l.name, 'address', l.address_line, 'city', l.city, 'state', l.state,
        'postalCode', l.postal_code, 'lat', l.lat, 'lng', l.lng, 'timeZone', l.time_zone),
      'languages', to_jsonb(coalesce(p.languages, '{English}')),
      'acceptsNewPatients', r.accepts_new_patients,
      'services', s.listed),
    jsonb_build_object('phone', l.phone, 'credential', p.credential, 'notice', g.notice, 'noticeVersion', g.notice_version,
      'isDemo', g.is_demo, 'services', s.detailed),
    setweight(kernel.words(coalesce(p.display_name, l.name)), 'A')
      || setweight(kernel.words(coalesce(sp.name, r.specialty), coalesce(sp.name_es, ''), coalesce(sp.words, '')), 'B')
      || setweight(kernel.words(g.name, l.name, array_to_string(s.names, ' ')), 'C')
  from (
    -- An id is the public row's of whoever published it first: another tenant's row under the same id stays unpublished.
    select distinct on (pr.id) pr.* from practitioner_role pr
    where pr.id = any (listing_ids) and pr.published_at is not null
      and not exists (select from listing known where known.id = pr.id and known.tenant_id <> pr.tenant_id)
    order by pr.id, pr.published_at
  ) r
  join location l on l.tenant_id = r.tenant_id and l.id = r.location_id
  join organization g on g.tenant_id = r.tenant_id
  left join practitioner p on p.tenant_id = r.tenant_id and p.id = r.practitioner_id
  left join specialty sp on sp.code = r.specialty
  cross join lateral (
    select array_agg(v.name order by ls.position, v.id) as names,
      jsonb_agg(c.listed order by ls.position, v.id) as listed,
      jsonb_agg(c.listed || jsonb_build_object('audience', v.audience, 'minimumAgeYears', v.minimum_age_years,
        'maximumAgeYears', v.maximum_age_years, 'minimumNoticeMinutes', v.minimum_notice_minutes,
        'horizonDays', v.horizon_days, 'cancelUntilMinutes', v.cancel_until_minutes) order by ls.position, v.id) as detailed
    from listing_service ls
    join service v on v.tenant_id = ls.tenant_id and v.id = ls.service_id
    cross join lateral (select jsonb_build_object('id', v.id, 'name', v.name, 'durationMinutes', v.duration_minutes,
      'modality', v.modality, 'price', case when v.price_amount is null then null
        else jsonb_build_object('amount', v.price_amount, 'currency', v.price_currency) end) as listed) c
    where ls.tenant_id = r.tenant_id and ls.listing_id = r.id
  ) s
  where s.names is not null
  order by r.id
  on conflict (id) do update set
    location_id = excluded.location_id, slug = excluded.slug, specialty = excluded.specialty, languages = excluded.languages,
    accepts_new_patients = excluded.accepts_new_patients, service_names = excluded.service_names,
    time_zone = excluded.time_zone, place = excluded.place, card = excluded.card, profile = excluded.profile,
    search = excluded.search
    where listing.tenant_id = excluded.tenant_id;
  get diagnostics changed = row_count;
  perform kernel.refresh_hints(listing_ids);
  return changed;
end $$;
revoke all on function kernel.refresh_listing from public;
grant execute on function kernel.refresh_listing to medley_owner, medley_relay;
