import type { PublicTx } from '#db/doors.ts'

/**
 * The worker's last sign of life: how old, what it could reach, how much waits in the outbox, how many visits have news
 * that their patient was not told of yet, and for how long the oldest of each.
 */
export type WorkerSign = {
  ageSeconds: number
  temporal: 'up' | 'away' | 'off'
  mail: 'up' | 'away' | 'off'
  relay: 'active' | 'standby'
  waiting: number
  oldestSeconds: number
  untold: number
  oldestUntoldSeconds: number
  dead: number
  /** The database's logins that somebody changed, with commas. */
  alteredLogins: string
  /** The row policies that are not as the migrations left them, with commas. */
  alteredPolicies: string
}

/** How the worker was when it last said so; undefined before the first time. */
export async function workerSign(tx: PublicTx): Promise<WorkerSign | undefined> {
  const [sign] = await tx.sql<{ ageSeconds: number; details: Omit<WorkerSign, 'ageSeconds'> }[]>`
    select round(extract(epoch from clock_timestamp() - at))::int as "ageSeconds", details from heartbeat where name = 'worker'`
  return sign && { ageSeconds: sign.ageSeconds, ...sign.details }
}

/** Whether published listings can be read; what a search needs at the least. */
export async function canSearch(tx: PublicTx): Promise<boolean> {
  await tx.sql`select 1 from listing limit 1`
  return true
}

/** The file name of the newest migration that ran on this database. */
export async function newestMigration(tx: PublicTx): Promise<string> {
  const [row] = await tx.sql<{ name: string }[]>`select kernel.newest_migration() as name`
  return row?.name ?? ''
}
