-- The dictionary of words that listings are found by, made anew.
create or replace function kernel.refresh_terms() returns integer
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
declare
  changed integer;
begin
  delete from term;
  insert into term (word, listings)
    select s.word, s.ndoc from ts_stat('select search from public.listing') s
    where length(s.word) between 3 and 40 and s.word !~ '[0-9]';
  get diagnostics changed = row_count;
  return changed;
end $$;
revoke all on function kernel.refresh_terms from public;
grant execute on function kernel.refresh_terms to medley_owner, medley_relay;
