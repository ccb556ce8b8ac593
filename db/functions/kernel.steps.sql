-- The instants in [earliest, latest] at which the clock shows a whole number of steps since midnight, in order. Of a
-- wall time that comes twice only the later instant; a wall time that is skipped has none.
create or replace function kernel.steps(zone text, step interval, earliest timestamptz, latest timestamptz)
returns table (starts_at timestamptz) language sql stable as $$
  select c.starts_at
  from (
    select wall, wall at time zone zone as starts_at
    from generate_series(
      -- The first step at or after `earliest`; an hour that repeats within three hours lowers the start of the search.
      date_bin(step, least(earliest at time zone zone, (earliest + interval '3 hours') at time zone zone - interval '3 hours')
        + step - interval '1 microsecond', timestamp '2000-01-01'),
      latest at time zone zone, step) as wall
    where earliest <= latest
    offset 0
  ) c
  where c.starts_at between earliest and latest and c.starts_at at time zone zone = c.wall
$$;
revoke all on function kernel.steps from public;
