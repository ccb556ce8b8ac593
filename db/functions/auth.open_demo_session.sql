-- Signs a demo person in under `secret`, of which only the SHA-256 is kept. No row when there is no such demo person.
create or replace function auth.open_demo_session(person_id uuid, secret bytea) returns table (session_id uuid, name text)
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
  if length(secret) <> 32 then
    raise exception 'a session secret has 32 bytes' using errcode = '22023';
  end if;
  select p.display_name into name from person p where p.id = person_id and p.is_demo;
  if not found then
    return;
  end if;
  session_id := uuidv7();
  insert into session (id, secret_hash, person_id, expires_at)
    values (session_id, sha256(secret), person_id, clock_timestamp() + interval '12 hours');
  insert into audit_event (action, entity, entity_id, person_id)
    values ('session.opened', 'session', session_id, person_id);
  return next;
end $$;
revoke all on function auth.open_demo_session from public;
grant execute on function auth.open_demo_session to medley_auth;
