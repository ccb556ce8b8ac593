import { failingForMs } from '#db/pool.ts'

export const dynamic = 'force-dynamic'

/** Longer than a pool needs to notice that its connections are frozen and to open others. */
const stuckAfterMs = 30_000

/**
 * Whether this process can serve: 503 once it has tried the database for thirty seconds without one answer, so that a supervisor
 * starts it anew. A process that was not asked for anything is well. Nothing is asked of the database here.
 */
export function GET(): Response {
  const ok = failingForMs() < stuckAfterMs
  return Response.json({ ok }, { status: ok ? 200 : 503, headers: { 'cache-control': 'no-store' } })
}
