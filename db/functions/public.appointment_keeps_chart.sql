-- A guest sees the chart of the visit, so the visit of a guest keeps its chart.
create or replace function public.appointment_keeps_chart() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'a visit keeps its chart' using errcode = '42501';
end $$;
revoke all on function public.appointment_keeps_chart from public;
