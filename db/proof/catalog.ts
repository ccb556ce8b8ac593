import type postgres from 'postgres'

export type Column = {
  name: string
  type: string
  isRequired: boolean
  hasDefault: boolean
  isIdentity: boolean
  /** The words that a CHECK allows; empty where it allows any. */
  words: string[]
}

/** A foreign key: `columns` of the table refer to `targets` of `table`. */
export type Reference = { name: string; columns: string[]; table: string; targets: string[] }

export type Table = {
  name: string
  columns: Column[]
  /** The columns of the primary key, in its order. */
  key: string[]
  references: Reference[]
  /** The columns of each other unique constraint or plain unique index. */
  unique: string[][]
}

/** The product's tables (schema public) as the catalog describes them, by name. */
export async function readTables(sql: postgres.ISql): Promise<Map<string, Table>> {
  const rows = await sql<Table[]>`
    select c.relname as name,
      (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
          'isRequired', a.attnotnull, 'hasDefault', a.atthasdef, 'isIdentity', a.attidentity <> '',
          'words', array(select w[1] from pg_constraint k, regexp_matches(pg_get_constraintdef(k.oid), '''([^'']*)''::text', 'g') w
            where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
              and pg_get_constraintdef(k.oid) like 'CHECK ((% = ANY (ARRAY[%')) order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      coalesce((select json_agg(a.attname order by k.n)
        from pg_index i cross join unnest(i.indkey::int[]) with ordinality k(attnum, n)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
        where i.indrelid = c.oid and i.indisprimary), '[]') as key,
      coalesce((select json_agg(json_build_object('name', f.conname, 'table', p.relname,
          'columns', (select json_agg(a.attname order by k.n) from unnest(f.conkey) with ordinality k(attnum, n)
            join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum),
          'targets', (select json_agg(a.attname order by k.n) from unnest(f.confkey) with ordinality k(attnum, n)
            join pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.attnum)) order by f.conname)
        from pg_constraint f join pg_class p on p.oid = f.confrelid
        where f.conrelid = c.oid and f.contype = 'f'), '[]') as references,
      coalesce((select json_agg(u.columns) from (
          select (select json_agg(a.attname order by k.n) from unnest(i.indkey::int[]) with ordinality k(attnum, n)
            join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum) as columns
          from pg_index i where i.indrelid = c.oid and i.indisunique and not i.indisprimary and i.indexprs is null
        ) u), '[]') as unique
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    order by c.relname`
  return new Map(rows.map((table) => [table.name, table]))
}

/** Whether rows of the table belong to a tenant. */
export const isTenants = (table: Table): boolean => table.columns.some((column) => column.name === 'tenant_id')

/** An identifier, quoted for SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A text, quoted for SQL. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
