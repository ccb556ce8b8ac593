import postgres from 'postgres'
import { superuserUrl } from '#scripts/stack/superuser.ts'

/** Works on the database of the demo in `dir` as the superuser, on a connection of its own. */
export async function asSuperuser<T>(dir: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(superuserUrl(dir), { max: 1, onnotice: () => {} })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
