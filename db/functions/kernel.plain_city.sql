-- A city's name as people type it: lower case, no accents, points or apostrophes, saints, forts and mounts short.
create or replace function kernel.plain_city(city text) returns text
  language sql immutable parallel safe set search_path = pg_catalog
as $$
  select trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    translate(lower(city), 'áàâäãéèêëíìîïóòôöõúùûüñç''’.', 'aaaaaeeeeiiiiooooouuuunc'),
    '[^a-z0-9]+', ' ', 'g'), '\msaint\M', 'st', 'g'), '\mfort\M', 'ft', 'g'), '\mmount\M', 'mt', 'g'))
$$;
revoke all on function kernel.plain_city from public;
grant execute on function kernel.plain_city to medley_owner, medley_public;
