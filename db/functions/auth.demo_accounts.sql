-- The demo's sign-ins: who, as what, where. At most fifty, demo persons only.
create or replace function auth.demo_accounts()
  returns table (person_id uuid, name text, role text, tenant_id uuid, tenant text)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
  select p.id, p.display_name, m.role, t.id, t.slug
  from person p join membership m on m.person_id = p.id join tenant t on t.id = m.tenant_id
  where p.is_demo order by t.slug, m.role limit 50
$$;
revoke all on function auth.demo_accounts from public;
grant execute on function auth.demo_accounts to medley_auth;
