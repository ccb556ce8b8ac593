import type postgres from 'postgres'
import { quoted, readTables } from './catalog.ts'

/** A foreign key with rows that refer to nothing. */
export type Orphans = { table: string; constraint: string; count: number }

/**
 * Looks again for what every foreign key promises: rows whose parent is not there (Postgres itself does not look again,
 * and VALIDATE, COPY or a restore may have gone around it). Only keys with orphans are given. Throws when row
 * security would hide rows from this connection, since then it would find nothing and say all is well.
 */
export async function findOrphans(sql: postgres.ISql): Promise<Orphans[]> {
  const found: Orphans[] = []
  for (const table of (await readTables(sql)).values()) {
    const name = `public.${quoted(table.name)}`
    const [hidden] = await sql<{ is: boolean }[]>`select row_security_active(${name}) as is`
    if (hidden?.is) throw new Error(`Row security hides rows of ${table.name} from this login: keys cannot be checked.`)
    for (const reference of table.references) {
      const pairs = reference.columns.map((column, at) => [
        `child.${quoted(column)}`,
        `parent.${quoted(reference.targets[at] ?? '')}`,
      ])
      const [row] = await sql.unsafe<{ count: number }[]>(`
        select count(*)::int as count from ${name} child
        where ${pairs.map(([child]) => `${child} is not null`).join(' and ')}
          and not exists (select from public.${quoted(reference.table)} parent
            where ${pairs.map(([child, parent]) => `${parent} = ${child}`).join(' and ')})`)
      if (row && row.count > 0) found.push({ table: table.name, constraint: reference.name, count: row.count })
    }
  }
  return found
}
