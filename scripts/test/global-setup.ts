import { randomBytes } from 'node:crypto'
import type { TestProject } from 'vitest/node'
import { env } from '#lib/env.ts'
import { startPostgres } from '#scripts/stack/postgres.ts'
import { dropDatabases, template } from './cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    cluster: { adminUrl: string; template: string; run: string }
  }
}

/**
 * Once a project: an ephemeral Postgres (or the one of MEDLEY_TEST_ADMIN_URL) with the migrated template.
 * The workers make their own copies on first use (`testDatabase`); they are dropped at the end.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = env().MEDLEY_TEST_ADMIN_URL
  const own = given ? undefined : await startPostgres({ ephemeral: true })
  const adminUrl = given ?? own?.adminUrl ?? ''
  const run = `medley_test_${randomBytes(4).toString('hex')}`
  project.provide('cluster', { adminUrl, template: await template(adminUrl), run })
  return async () => {
    await (own ? own.stop() : dropDatabases(adminUrl, `${run}_`))
  }
}
