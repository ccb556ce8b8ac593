-- Counts uses as kernel.count_use promises, for functions of the kernel that have asked for the context themselves. A key names
-- a keyed hash that nobody guesses, or, 'message about', a visit: only that of the guest's own capability. SQLSTATE 28000.
create or replace function kernel.count(keys text[], allowed bigint[], within_seconds integer[])
returns table (exceeded text, wait_seconds integer) language plpgsql as $$
declare
  moment timestamptz := clock_timestamp();
begin
  if exists (
    select from unnest(keys) as k(key)
    where k.key like 'message about %' and k.key is distinct from 'message about ' || ctx.grant_id())
  then
    raise exception 'context of another row' using errcode = '28000';
  end if;
  return query
    with wanted as (
      select w.key, min(w.times) as times, max(w.seconds) as seconds
      from unnest(keys, allowed, within_seconds) as w(key, times, seconds)
      where w.key is not null group by w.key
    ), counted as (
      insert into tally as t (key, used, until)
        select w.key, 1, moment + make_interval(secs => w.seconds) from wanted w order by w.key
        on conflict (key) do update set
          used = case when t.until > moment then t.used + 1 else 1 end,
          until = case when t.until > moment then t.until else excluded.until end
        returning t.key, t.used, t.until
    )
    select c.key, ceil(extract(epoch from c.until - moment))::integer
    from counted c join wanted w on w.key = c.key where c.used > w.times
    order by c.until desc limit 1;
end $$;
revoke all on function kernel.count from public;
