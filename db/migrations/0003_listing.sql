-- What is public: one function writes it, for the seed, the relay, the sweep and a rebuild alike.
set local role medley_kernel;

-- Text for search: lower case, no accents, plain words.
create function kernel.words(variadic parts text[]) returns tsvector
  language sql stable set search_path = pg_catalog, public, pg_temp
as $$ select to_tsvector('simple', unaccent(lower(array_to_string(parts, ' ')))) $$;

-- When each listing is next free, and on which of the coming 30 local days there is a gap long enough (cheap, a hint).
create function kernel.refresh_hints(listing_ids uuid[]) returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp set jit = off
as $$
declare
  month_end timestamptz := clock_timestamp() + interval '30 days';
  changed integer;
begin
  perform from listing l where l.id = any (listing_ids) order by l.id for update;
  with month as materialized (
    select * from kernel.free_ranges(listing_ids, null, clock_timestamp(), month_end, null, false)
  ), day_hint as (
    select m.listing_id, bit_or(1 << n) filter (where n between 0 and 29) as free_days
    from month m
    cross join lateral (select (clock_timestamp() at time zone m.zone)::date as today offset 0) local
    cross join lateral unnest(m.free) as gap
    cross join lateral (
      select greatest(lower(gap) + m.before_gap, m.lo) as earliest, least(upper(gap) - m.duration - m.after_gap, m.hi) as latest
      offset 0
    ) e
    cross join lateral generate_series(
      (e.earliest at time zone m.zone)::date - local.today, (e.latest at time zone m.zone)::date - local.today) as n
    where e.earliest <= e.latest
    group by m.listing_id
  ), soon as materialized (
    select m.listing_id, t.starts_at
    from month m
    cross join lateral (
      select c.starts_at
      from unnest(m.free) as gap
      cross join lateral kernel.steps(m.zone, m.step, greatest(lower(gap) + m.before_gap, m.lo),
        upper(gap) - m.duration - m.after_gap) c
      where c.starts_at < m.hi
      limit 1
    ) t
  ), next_time as (
    select * from soon
    union all
    select f.listing_id, f.starts_at
    from kernel.free_times(
      array(select id from unnest(listing_ids) as id where id not in (select listing_id from soon)),
      null, month_end, month_end + interval '366 days', 1) f
  )
  update listing l set
    next_available_at = n.starts_at,
    free_days = coalesce(d.free_days, 0),
    hinted_on = (clock_timestamp() at time zone l.time_zone)::date,
    refreshed_at = clock_timestamp()
  from unnest(listing_ids) as wanted(id)
  left join next_time n on n.listing_id = wanted.id
  left join day_hint d on d.listing_id = wanted.id
  where l.id = wanted.id;
  get diagnostics changed = row_count;
  return changed;
end $$;

-- Rewrites the public rows of these listings from the truth, and removes those no longer published.
create function kernel.refresh_listing(listing_ids uuid[]) returns integer
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

-- Refreshes the hints of the `batch` listings whose hints are oldest: older than ten minutes, or of another local day.
create function kernel.sweep_hints(batch integer) returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  oldest uuid[];
begin
  select array_agg(due.id) into oldest from (
    select l.id from listing l where l.refreshed_at < clock_timestamp() - interval '10 minutes'
    order by l.refreshed_at limit batch
  ) due;
  return case when oldest is null then 0 else kernel.refresh_hints(oldest) end;
end $$;

-- The dictionary of words that listings are found by, made anew.
create function kernel.refresh_terms() returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  changed integer;
begin
  delete from term;
  insert into term (word, listings)
    select s.word, s.ndoc from ts_stat('select search from public.listing') s
    where length(s.word) between 3 and 40 and s.word !~ '[0-9]';
  get diagnostics changed = row_count;
  return changed;
end $$;

revoke all on all functions in schema kernel from public;
grant execute on function kernel.words to medley_public;
grant execute on function kernel.refresh_listing, kernel.refresh_hints to medley_owner, medley_staff, medley_worker, medley_relay;
grant execute on function kernel.refresh_terms to medley_owner, medley_relay;
grant execute on function kernel.sweep_hints to medley_relay;
reset role;
