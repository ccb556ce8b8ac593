import type postgres from 'postgres'
import { type Door, doors } from './access.ts'

const insideTenant: Door[] = ['staff', 'patient', 'guest', 'worker', 'kernel']

/** Who may call what; a function that is not here is called by its owner's other functions alone. */
const callers: Record<string, readonly Door[]> = {
  'auth.close_session': ['auth'],
  'auth.demo_accounts': ['auth'],
  'auth.open_demo_session': ['auth'],
  'auth.signed_in': ['auth'],
  'ctx.claims': insideTenant,
  'ctx.enter': ['staff', 'patient', 'guest', 'worker'],
  'ctx.grant_id': insideTenant,
  'ctx.grant_kind': insideTenant,
  'ctx.grant_version': insideTenant,
  'ctx.leave': ['staff', 'patient', 'guest', 'public', 'auth', 'worker', 'relay'],
  'ctx.person': insideTenant,
  'ctx.request_id': insideTenant,
  'ctx.role': insideTenant,
  'ctx.scope': insideTenant,
  'ctx.tenant': insideTenant,
  'kernel.altered_policies': ['relay'],
  'kernel.block': ['staff'],
  'kernel.book': ['guest'],
  'kernel.check_claims': ['owner'],
  'kernel.cancelation_reason': ['staff', 'guest', 'worker'],
  'kernel.confirm': ['guest'],
  'kernel.count_use': ['guest', 'worker'],
  'kernel.extend': ['guest'],
  'kernel.free_times': ['staff', 'guest', 'public', 'worker', 'owner'],
  'kernel.glimpse': ['guest', 'worker'],
  'kernel.hold': ['guest'],
  'kernel.identify': ['guest'],
  'kernel.lead_relay': ['relay'],
  'kernel.move': ['staff', 'guest'],
  'kernel.move_times': ['staff', 'guest'],
  'kernel.newest_migration': ['public'],
  'kernel.once_answer': ['guest'],
  'kernel.once_begin': ['staff', 'guest', 'worker'],
  'kernel.once_store': ['staff', 'guest', 'worker'],
  'kernel.plain_city': ['public', 'owner'],
  'kernel.refresh_hints': ['relay', 'owner'],
  'kernel.refresh_hints_beside': ['relay'],
  'kernel.refresh_hints_of_visits': ['relay'],
  'kernel.refresh_listing': ['relay', 'owner'],
  'kernel.refresh_terms': ['relay', 'owner'],
  'kernel.release': ['staff', 'guest'],
  'kernel.retire_occupancy': ['relay'],
  'kernel.sweep': ['relay'],
  'kernel.sweep_hints': ['relay'],
  'kernel.unblock': ['staff'],
  'kernel.tidy_outbox': ['relay'],
  'kernel.time_is_booked': ['owner'],
  'kernel.visit_is_claimed': ['owner'],
  'kernel.why_missing': ['staff', 'guest', 'public', 'worker', 'owner'],
  'kernel.words': ['public'],
  'watch.altered_logins': ['relay'],
  'watch.end_overdue': ['relay'],
}

/** A door that may call a function and should not, or should and may not. */
export type Miscall = { name: string; door: Door; may: boolean }

/** Compares who may call our functions with who should. */
export async function findMiscalls(sql: postgres.ISql): Promise<Miscall[]> {
  const rows = await sql<{ name: string; callers: string[] }[]>`
    select n.nspname || '.' || f.proname as name,
      array(select r.rolname::text from pg_roles r
        where r.rolname like 'medley\_%' and r.oid <> f.proowner and has_function_privilege(r.oid, f.oid, 'execute')
          and has_schema_privilege(r.oid, n.oid, 'usage')) as callers
    from pg_proc f join pg_namespace n on n.oid = f.pronamespace
    where n.nspname in ('auth', 'ctx', 'kernel', 'watch') order by 1`
  const wrong = rows.flatMap(({ name, callers: found }) => {
    const wanted = callers[name] ?? []
    const differing = doors.filter((door) => wanted.includes(door) !== found.includes(`medley_${door}`))
    return differing.map((door) => ({ name, door, may: !wanted.includes(door) }))
  })
  const gone = Object.keys(callers).filter((name) => !rows.some((row) => row.name === name))
  if (gone.length > 0) throw new Error(`db/proof/callers.ts names functions that are gone: ${gone.join(', ')}.`)
  return wrong
}
