import postgres from 'postgres'
import { expect, test } from 'vitest'
import { env } from '#lib/env.ts'
import { ownDatabase, testDatabase } from './database.ts'

const ask = async (url: string, text: string): Promise<Record<string, unknown>[]> => {
  const sql = postgres(url, { max: 1 })
  try {
    return [...(await sql.unsafe(text))]
  } finally {
    await sql.end()
  }
}

test('each login reaches this worker’s migrated database under its own name', async () => {
  const urls = await testDatabase()
  for (const [url, login] of [
    [urls.web, 'medley_web'],
    [urls.jobs, 'medley_jobs'],
    [urls.owner, 'medley_owner'],
  ] as const) {
    const [row] = await ask(url, 'select current_user as login, current_database() as name')
    expect(row).toMatchObject({ login })
    expect(row?.name).toMatch(/^medley_test_[0-9a-f]{8}_w\d$/)
  }
  expect(env().DATABASE_URL).toBe(urls.web)
  expect(await ask(urls.owner, 'select name from migration.ledger')).not.toHaveLength(0)
})

test('a copy keeps what only a database’s own grants keep: others may not connect', async () => {
  const { admin } = await ownDatabase('grants')
  const [row] = await ask(
    admin,
    `select has_database_privilege('medley_web', current_database(), 'connect') as web,
    has_database_privilege('medley_web', current_database(), 'create') as creates,
    (select datacl::text from pg_database where datname = current_database()) as acl`,
  )
  expect(row).toMatchObject({ web: true, creates: false })
  expect(row?.acl).not.toMatch(/[{,]=[a-zA-Z]/)
})
