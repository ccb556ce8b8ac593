-- Text for search: lower case, no accents, plain words.
create or replace function kernel.words(variadic parts text[]) returns tsvector
  language sql stable set search_path = pg_catalog, public, pg_temp
as $$ select to_tsvector('simple', unaccent(lower(array_to_string(parts, ' ')))) $$;
revoke all on function kernel.words from public;
grant execute on function kernel.words to medley_public;
