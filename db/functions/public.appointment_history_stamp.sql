-- A change of a visit says for itself who made it and when, from the signed context. Only whoever owns the tables (the seed)
-- writes a history of others.
create or replace function public.appointment_history_stamp() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not pg_has_role(current_user, 'medley_owner', 'usage') then
    new.by_scope := ctx.scope();
    new.by_person := ctx.person();
    new.at := clock_timestamp();
  end if;
  return new;
end $$;
revoke all on function public.appointment_history_stamp from public;
