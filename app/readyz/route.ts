import { withPublic } from '#db/doors.ts'
import { canSearch, workerSign } from '#domain/operation/read.ts'

export const dynamic = 'force-dynamic'

const workerSilentAfterSeconds = 30

type Part = { state: 'up' | 'degraded' | 'down'; latencyMs: number; detail?: string }

/** Runs a look at a part; whatever goes wrong is its state, not an error. */
async function look(work: () => Promise<Omit<Part, 'latencyMs'>>): Promise<Part> {
  const begun = performance.now()
  const found = await work().catch((): Omit<Part, 'latencyMs'> => ({ state: 'down' }))
  return { ...found, latencyMs: Math.round((performance.now() - begun) * 10) / 10 }
}

/**
 * Whether people can search and book, and how each part is. Without the worker or Temporal booking works and messages
 * wait: that is degraded, not down. 503 only when the database is not there.
 */
export async function GET(): Promise<Response> {
  const [database, worker] = await Promise.all([
    look(async () => ({ state: (await withPublic(canSearch)) ? 'up' : 'down' })),
    look(async () => {
      const sign = await withPublic(workerSign)
      if (!sign || sign.ageSeconds > workerSilentAfterSeconds) return { state: 'degraded', detail: 'no sign of life' }
      if (sign.temporal !== 'up')
        return { state: 'degraded', detail: `temporal ${sign.temporal}, messages wait: ${sign.waiting}` }
      return { state: 'up', detail: `messages wait: ${sign.waiting}` }
    }),
  ])
  const status = database.state === 'down' ? 'down' : worker.state === 'up' ? 'up' : 'degraded'
  return Response.json(
    { status, parts: { database, worker } },
    { status: status === 'down' ? 503 : 200, headers: { 'cache-control': 'no-store' } },
  )
}
