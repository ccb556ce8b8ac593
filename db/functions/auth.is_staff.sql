-- Whether the session is live, is this person's, and the person has this role in the tenant: what a staff context claims.
create or replace function auth.is_staff(session_id uuid, person_id uuid, tenant_id uuid, role text) returns boolean
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
as $$
  select exists (
    select from session s join membership m on m.person_id = s.person_id
    where s.id = session_id and s.person_id = is_staff.person_id and s.revoked_at is null and s.expires_at > clock_timestamp()
      and m.tenant_id = is_staff.tenant_id and m.role = is_staff.role)
$$;
revoke all on function auth.is_staff from public;
grant execute on function auth.is_staff to medley_ctx;
