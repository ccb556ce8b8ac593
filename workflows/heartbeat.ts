import { withRelay } from '#db/doors.ts'
import { backlog } from './outbox.ts'

/** How the worker is. `temporal` and `mail`: `off` without an address; `away` while it does not answer. */
export type Health = {
  temporal: 'up' | 'away' | 'off'
  mail: 'up' | 'away' | 'off'
  relay: 'active' | 'standby'
  /** The logins whose password or settings somebody changed, with commas; empty when none was. */
  alteredLogins: string
  /** The row policies that are not as the last migration left them, with commas; empty when all are. */
  alteredPolicies: string
}

/**
 * The logins that are not as the bootstrap left them, with commas; empty when all are. A login may change its own password and
 * settings, so whoever stole one may too. Throws where the bootstrap of this version did not run.
 */
export const alteredLogins = (): Promise<string> =>
  withRelay(async (tx) => {
    const [seen] = await tx.sql<{ names: string }[]>`select array_to_string(watch.altered_logins(), ', ') as names`
    return seen?.names ?? ''
  })

/** The row policies that are changed, gone or added since the last migration, with commas; empty when none is. */
export const alteredPolicies = (): Promise<string> =>
  withRelay(async (tx) => {
    const [seen] = await tx.sql<{ names: string }[]>`select array_to_string(kernel.altered_policies(), ', ') as names`
    return seen?.names ?? ''
  })

/**
 * Ends transactions of the web and the worker that have gone on for a minute, and gives their number. Their own time limits end them long before,
 * unless SQL in them lifted these; the pool gave up such a connection, and its backend lives on.
 */
export const endOverdue = (): Promise<number> =>
  withRelay(async (tx) => {
    const [ended] = await tx.sql<{ count: number }[]>`select watch.end_overdue() as count`
    return ended?.count ?? 0
  })

/**
 * Writes the sign of life that /readyz reads, row `worker`: how the worker is, and how much waits in the outbox and for how
 * long.
 */
export async function beat(health: Health): Promise<void> {
  await withRelay(async (tx) => {
    const details = { ...health, ...(await backlog(tx)) }
    await tx.sql`
      insert into heartbeat (name, at, details) values ('worker', clock_timestamp(), ${tx.sql.json(details)})
      on conflict (name) do update set at = excluded.at, details = excluded.details`
  })
}
