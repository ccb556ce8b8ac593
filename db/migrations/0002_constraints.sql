-- rows: adds keys
-- What the generator of migrations has no words for: who wins a time, triggers, indexes over expressions.

-- Who wins a time is decided here and nowhere else.
alter table occupancy add constraint occupancy_one_winner
  exclude using gist (resource_id with =, during with &&);
-- Half-open, finite, at most a year: a missing or infinite bound compares as null or as true and must not pass.
alter table occupancy add constraint occupancy_bounded check (
  not isempty(during) and not lower_inf(during) and not upper_inf(during)
  and isfinite(lower(during)) and isfinite(upper(during)) and lower_inc(during) and not upper_inc(during)
  and upper(during) - lower(during) <= interval '366 days');
-- Nothing of one resource overlaps, so this order is the order of time: see kernel.busy_time.
create index occupancy_until on occupancy (resource_id, upper(during));

-- Every table stands behind its policies, for its owner too.
do $$
declare t regclass;
begin
  for t in select c.oid::regclass from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') loop
    execute format('alter table %s enable row level security', t);
    execute format('alter table %s force row level security', t);
  end loop;
end $$;

create trigger audit_event_fill before insert on audit_event for each row execute function audit_event_fill();
create trigger appointment_history_stamp before insert on appointment_history for each row
  execute function appointment_history_stamp();

-- With the facets' columns in the index, counting 2,000 matches in order of distance reads no row of the table; the zone
-- tells when a day begins for each.
drop index listing_near;
drop index listing_specialty_near;
create index listing_near on listing using gist (place) include (id, specialty, languages, time_zone);
create index listing_specialty_near on listing using gist (specialty, place) include (id, languages, time_zone);
create index listing_languages on listing using gin (languages);
-- Whether a listing has a word that begins so.
create index term_prefix on term (word text_pattern_ops);
create index place_plain_city on place (kernel.plain_city(city), state);

-- What changes with every booking is vacuumed by its share of changes, not by a fifth of a table that keeps years: an index
-- full of dead entries is what makes a claim slow. Inserts alone make a table visible to index-only reads.
alter table occupancy set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table hold set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 2000);
alter table outbox set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000,
  autovacuum_analyze_scale_factor = 0.02);
alter table idempotency set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000);
alter table listing_hint set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);
alter table appointment set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table message set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 5000);

-- The relay adds months ahead of time (audit.add_months). Rows of a month that is missing go into the default partition, so
-- that no verb ever fails for it.
create table audit.event_default partition of audit_event default;
alter table audit.event_default enable row level security, force row level security;
select audit.add_months();

-- Booked means claimed, whoever writes: judged when the transaction ends, as a booking and a move pass through states in
-- which it is not so. Of a visit's changes only those that touch its claim are looked at.
create constraint trigger visit_booked after insert on appointment deferrable initially deferred
  for each row when (new.ends_at > now()) execute function kernel.visit_is_claimed();
create constraint trigger visit_changed after update of tenant_id, id, listing_id, status, starts_at, ends_at on appointment
  deferrable initially deferred for each row
  when ((old.status = 'cancelled') <> (new.status = 'cancelled')
    or (old.tenant_id, old.id, old.listing_id, old.starts_at, old.ends_at)
      is distinct from (new.tenant_id, new.id, new.listing_id, new.starts_at, new.ends_at))
  execute function kernel.visit_is_claimed();
create constraint trigger visit_removed after delete on appointment deferrable initially deferred
  for each row when (old.ends_at > now()) execute function kernel.visit_is_claimed();
create constraint trigger time_booked after insert on occupancy deferrable initially deferred
  for each row when (new.kind = 'booked' and upper(new.during) > now()) execute function kernel.time_is_booked();
create constraint trigger time_changed after update on occupancy deferrable initially deferred
  for each row when (old.kind = 'booked' or new.kind = 'booked') execute function kernel.time_is_booked();
create constraint trigger time_freed after delete on occupancy deferrable initially deferred
  for each row when (old.kind = 'booked' and upper(old.during) > now()) execute function kernel.time_is_booked();
