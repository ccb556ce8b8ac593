import { Pool } from '#db/pool.ts'
import { atLeast, atMost, type Figures, quantile, reported, timed } from '../figures.ts'
import type { World } from '../world.ts'

const loops = 6
const longestMs = 30_000
const retirements = 10

/**
 * What people see of connections that retire: two connections of a second's age under six loops of reads until ten have retired;
 * the slowest transaction against the 99th percentile.
 */
export async function retireCase(world: World): Promise<Figures> {
  const pool = new Pool(world.urls.web, { max: 2, maxAgeMs: 1_000, sweepMs: 50 })
  const pids = new Set<number>()
  const took: number[] = []
  const until = performance.now() + longestMs
  const loop = async (): Promise<void> => {
    while (pids.size < retirements + 2 && performance.now() < until) {
      const { ms, result } = await timed(() =>
        pool.begin(
          async (tx) => {
            await tx`select id, slug, card from listing order by id limit 20`
            return tx<{ pid: number }[]>`select pg_backend_pid() as pid`
          },
          { role: 'medley_public' },
        ),
      )
      took.push(ms)
      for (const { pid } of result) pids.add(pid)
    }
  }
  await Promise.all(Array.from({ length: loops }, loop))
  await pool.end()
  const [p99, slowest] = [quantile(took, 0.99), quantile(took, 1)]
  return {
    retire_slowest_over_p99: atMost(slowest / p99, 'ratio', 10),
    retire_slowest_ms: reported(slowest, 'ms'),
    retire_p99_ms: reported(p99, 'ms'),
    retirements: atLeast(pids.size - 2, 'connections', retirements),
  }
}
