import type { PublicTx } from '#db/doors.ts'

/** The worker's last sign of life: how old, what it can reach, how much waits. Undefined before the first. */
export type WorkerSign = { ageSeconds: number; temporal: 'up' | 'away' | 'off'; waiting: number }

/** How the worker was when it last said so. */
export async function workerSign(tx: PublicTx): Promise<WorkerSign | undefined> {
  const [sign] = await tx.sql<WorkerSign[]>`
    select extract(epoch from clock_timestamp() - at)::float8 as "ageSeconds", details->>'temporal' as temporal,
      coalesce((details->>'waiting')::int, 0) as waiting
    from heartbeat where name = 'worker'`
  return sign
}

/** Whether published listings can be read; what a search needs at the least. */
export async function canSearch(tx: PublicTx): Promise<boolean> {
  await tx.sql`select 1 from listing limit 1`
  return true
}
