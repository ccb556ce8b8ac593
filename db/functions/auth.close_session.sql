-- Ends the session with this secret at once. Harmless when it ended before.
create or replace function auth.close_session(secret bytea) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  closed session%rowtype;
begin
  update session s set revoked_at = clock_timestamp()
    where s.secret_hash = sha256(secret) and s.revoked_at is null returning s.* into closed;
  if found then
    insert into audit_event (action, entity, entity_id, person_id)
      values ('session.closed', 'session', closed.id, closed.person_id);
  end if;
end $$;
revoke all on function auth.close_session from public;
grant execute on function auth.close_session to medley_auth;
