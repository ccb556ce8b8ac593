import postgres from 'postgres'
import { locks } from '../locks.ts'

/**
 * Runs `work` while nobody else makes or changes roles: they belong to the whole cluster, so tests of several databases
 * would see each other's. `adminUrl` is the one that the bootstrap is given.
 */
export async function inTurnForRoles<T>(adminUrl: string, work: () => Promise<T>): Promise<T> {
  const cluster = postgres(adminUrl, { max: 1, onnotice: () => {} })
  try {
    await cluster`select pg_advisory_lock(${locks.bootstrap})`
    return await work()
  } finally {
    await cluster.end({ timeout: 5 })
  }
}
