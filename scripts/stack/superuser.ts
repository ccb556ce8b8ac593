import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The address of the demo's database for the superuser `postgres`. Throws when the demo in `dir` has no Postgres of its own. */
export function superuserUrl(dir: string): string {
  const [password, port] = ['password', 'port'].map((name) => readFileSync(join(dir, 'postgres', name), 'utf8').trim())
  return `postgres://postgres:${password}@127.0.0.1:${port}/medley`
}
