-- Waits until no other claim of these resources is under way; in the order of their ids, so that two never wait in a circle.
create or replace function kernel.stand_in_line(resource_ids uuid[]) returns void language plpgsql as $$
declare
  resource uuid;
begin
  foreach resource in array resource_ids loop
    perform pg_advisory_xact_lock(hashtextextended(resource::text, 0));
  end loop;
end $$;
revoke all on function kernel.stand_in_line from public;
