-- Whose session has this secret and where they work, by slug. No row when it is revoked or over.
create or replace function auth.signed_in(secret bytea)
  returns table (session_id uuid, person_id uuid, name text, memberships jsonb)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
  select s.id, p.id, p.display_name,
    (select coalesce(jsonb_agg(jsonb_build_object('tenantId', m.tenant_id, 'slug', t.slug, 'role', m.role) order by t.slug), '[]')
      from membership m join tenant t on t.id = m.tenant_id where m.person_id = p.id)
  from session s join person p on p.id = s.person_id
  where s.secret_hash = sha256(secret) and s.revoked_at is null and s.expires_at > clock_timestamp()
$$;
revoke all on function auth.signed_in from public;
grant execute on function auth.signed_in to medley_auth;
