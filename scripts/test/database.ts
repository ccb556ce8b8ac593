import { inject } from 'vitest'
import { env } from '#lib/env.ts'
import { clone, type Urls } from './cluster.ts'

const made = new Map<string, Promise<Urls>>()

/**
 * The database of this vitest worker: migrated, with the test's context key, made on first use and kept between files
 * (so a test makes its own tenant and leaves it behind). Only in the projects that start a cluster.
 */
export function testDatabase(): Promise<Urls> {
  return named(`w${env().VITEST_POOL_ID ?? '1'}`)
}

/** A database of its own for a test that must change what others share (schema, roles, keys). Not cleaned before the end. */
export function ownDatabase(name: string): Promise<Urls> {
  return named(`${name}_w${env().VITEST_POOL_ID ?? '1'}`)
}

function named(suffix: string): Promise<Urls> {
  const { adminUrl, template, run } = inject('cluster')
  const found = made.get(suffix) ?? clone(adminUrl, template, `${run}_${suffix}`)
  made.set(suffix, found)
  return found
}
