-- The row policies that are not as the last migration left them: changed, gone, or added since. A lost one only hides rows, so
-- nothing else would tell.
create or replace function kernel.altered_policies() returns text[]
  language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
  select coalesce(array_agg(name order by name), '{}')
  from migration.policy noted
  full join (
    select p.schemaname || '.' || p.tablename || ': ' || p.policyname as name, md5(p::text) as definition from pg_policies p
  ) there using (name)
  where noted.definition is distinct from there.definition
$$;
revoke all on function kernel.altered_policies from public;
grant execute on function kernel.altered_policies to medley_relay;
