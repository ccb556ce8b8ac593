-- A change of a visit says for itself who made it and when, from the signed context. Only whoever owns the tables (the seed)
-- writes a history of others; a function of the kernel that has asked for the context already says what it found there.
create or replace function public.appointment_history_stamp() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  claim text[];
begin
  if current_user = 'medley_kernel' and new.by_scope <> '' then
    return new;
  end if;
  if not pg_has_role(current_user, 'medley_owner', 'usage') then
    claim := ctx.claims();
    new.by_scope := claim[1];
    new.by_person := nullif(claim[3], '')::uuid;
    new.at := clock_timestamp();
  end if;
  return new;
end $$;
revoke all on function public.appointment_history_stamp from public;
