-- Creates the partitions of audit_event for this month and the twelve after it that do not exist yet; how many it created.
-- A partition is attached, not created in place, so that writers go on: ATTACH takes SHARE UPDATE EXCLUSIVE on the table.
create or replace function audit.add_months() returns integer
  language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '500ms'
as $$
declare
  month timestamp;
  name text;
  created integer := 0;
begin
  for ahead in 0..12 loop
    month := date_trunc('month', clock_timestamp() at time zone 'UTC') + make_interval(months => ahead);
    name := 'event_' || to_char(month, 'YYYY_MM');
    continue when to_regclass('audit.' || name) is not null;
    execute format('create table audit.%I (like public.audit_event including all)', name);
    execute format('alter table audit.%I enable row level security, force row level security', name);
    execute format('alter table public.audit_event attach partition audit.%I for values from (%L) to (%L)',
      name, month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
    created := created + 1;
  end loop;
  return created;
end $$;
revoke all on function audit.add_months from public;
grant execute on function audit.add_months to medley_relay;
