-- rows: moves the hints to a table of their own
-- Hints change with every booking and every sweep, what is published hardly ever. Side by side in one row, each new hint
-- wrote the row anew in every index and kept the counting of facets from being answered by an index alone.
CREATE TABLE "listing_hint" (
	"listing_id" uuid PRIMARY KEY NOT NULL,
	"next_available_at" timestamp with time zone,
	"free_days" integer DEFAULT 0 NOT NULL,
	"hinted_on" date NOT NULL,
	"refreshed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "listing_hint" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
DROP INDEX "listing_refreshed_at_index";--> statement-breakpoint
ALTER TABLE "listing_hint" ADD CONSTRAINT "listing_hint_listing_id_listing_id_fk" FOREIGN KEY ("listing_id") REFERENCES "public"."listing"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "listing_hint_next_available_at_index" ON "listing_hint" USING btree ("next_available_at");--> statement-breakpoint
CREATE INDEX "listing_hint_refreshed_at_index" ON "listing_hint" USING btree ("refreshed_at");--> statement-breakpoint
CREATE POLICY "public_select" ON "listing_hint" AS PERMISSIVE FOR SELECT TO "medley_public" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_select" ON "listing_hint" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_insert" ON "listing_hint" AS PERMISSIVE FOR INSERT TO "medley_kernel" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_update" ON "listing_hint" AS PERMISSIVE FOR UPDATE TO "medley_kernel" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_delete" ON "listing_hint" AS PERMISSIVE FOR DELETE TO "medley_kernel" USING (true);--> statement-breakpoint
insert into listing_hint (listing_id, next_available_at, free_days, hinted_on, refreshed_at)
  select id, next_available_at, free_days, coalesce(hinted_on, current_date), refreshed_at from listing;--> statement-breakpoint
alter table listing_hint force row level security;--> statement-breakpoint
ALTER TABLE "listing" DROP COLUMN "next_available_at";--> statement-breakpoint
ALTER TABLE "listing" DROP COLUMN "free_days";--> statement-breakpoint
ALTER TABLE "listing" DROP COLUMN "hinted_on";--> statement-breakpoint
ALTER TABLE "listing" DROP COLUMN "refreshed_at";--> statement-breakpoint
-- When a day begins for a listing is asked of many at once: its zone stands in the indexes that find them.
drop index listing_near;
drop index listing_specialty_near;
create index listing_near on listing using gist (place) include (id, specialty, languages, time_zone);
create index listing_specialty_near on listing using gist (specialty, place) include (id, languages, time_zone);

set local role medley_kernel;

-- When each listing is next free, and on which of the coming 30 local days there is a gap long enough (cheap, a hint).
create or replace function kernel.refresh_hints(listing_ids uuid[]) returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp set jit = off
as $$
declare
  month_end timestamptz := clock_timestamp() + interval '30 days';
  changed integer;
begin
  -- In the order of their ids, so that two never wait in a circle; what is being withdrawn is waited for.
  perform from listing_hint h where h.listing_id = any (listing_ids) order by h.listing_id for update;
  listing_ids := array(select l.id from listing l where l.id = any (listing_ids));
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
  insert into listing_hint as h (listing_id, next_available_at, free_days, hinted_on, refreshed_at)
    select l.id, n.starts_at, coalesce(d.free_days, 0), (clock_timestamp() at time zone l.time_zone)::date, clock_timestamp()
    from listing l
    left join next_time n on n.listing_id = l.id
    left join day_hint d on d.listing_id = l.id
    where l.id = any (listing_ids)
    order by l.id
  on conflict (listing_id) do update set next_available_at = excluded.next_available_at, free_days = excluded.free_days,
    hinted_on = excluded.hinted_on, refreshed_at = excluded.refreshed_at;
  get diagnostics changed = row_count;
  return changed;
end $$;

-- Refreshes the hints of the `batch` listings whose hints are oldest: older than ten minutes, or of another local day.
create or replace function kernel.sweep_hints(batch integer) returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  oldest uuid[];
begin
  select array_agg(due.id) into oldest from (
    select h.listing_id as id from listing_hint h where h.refreshed_at < clock_timestamp() - interval '10 minutes'
    order by h.refreshed_at limit batch
  ) due;
  return case when oldest is null then 0 else kernel.refresh_hints(oldest) end;
end $$;
reset role;
