-- What searching leans on beside the tables.

-- With the facets' columns in the index, counting 2,000 matches in order of distance reads no row of the table.
drop index listing_near;
drop index listing_specialty_near;
create index listing_near on listing using gist (place) include (id, specialty, languages);
create index listing_specialty_near on listing using gist (specialty, place) include (id, languages);
-- What is free soonest where nobody said where.
create index listing_next_available on listing (next_available_at);
create index listing_languages on listing using gin (languages);
-- Whether a listing has a word that begins so.
create index term_prefix on term (word text_pattern_ops);

set local role medley_kernel;

-- A city's name as people type it: lower case, no accents, points or apostrophes, saints, forts and mounts short.
create function kernel.plain_city(city text) returns text
  language sql immutable parallel safe set search_path = pg_catalog
as $$
  select trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    translate(lower(city), 'áàâäãéèêëíìîïóòôöõúùûüñç''’.', 'aaaaaeeeeiiiiooooouuuunc'),
    '[^a-z0-9]+', ' ', 'g'), '\msaint\M', 'st', 'g'), '\mfort\M', 'ft', 'g'), '\mmount\M', 'mt', 'g'))
$$;

reset role;
grant usage on schema migration to medley_kernel;
grant select on migration.ledger to medley_kernel;
set local role medley_kernel;

-- The newest migration that ran here, so that a server can tell whether the schema is its own.
create function kernel.newest_migration() returns text
  language sql stable security definer set search_path = pg_catalog, pg_temp
as $$ select name from migration.ledger order by name desc limit 1 $$;

revoke all on function kernel.plain_city, kernel.newest_migration from public;
grant execute on function kernel.plain_city to medley_owner, medley_public;
grant execute on function kernel.newest_migration to medley_public;
reset role;

create index place_plain_city on place (kernel.plain_city(city), state);
