import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import postgres from 'postgres'
import { type Figures, reported, timed } from '../figures.ts'
import type { World } from '../world.ts'

const rows = 300_000
/** Rows handed over at a time, as many as the seed does. */
const batch = 1_000

/** How fast the seed wrote its rows, keys, public rows and hints included, beside a bare COPY of rows as wide on the same server. */
export async function seedCase(world: World): Promise<Figures> {
  const owner = postgres(world.urls.owner, { max: 1, onnotice: () => {} })
  const bare = await bareCopy(owner)
  await owner.end()
  return {
    seed_rows_per_second: reported(world.seedRowsPerSecond, '1/s'),
    bare_copy_rows_per_second: reported(bare, '1/s'),
    seed_rate_over_bare_copy: reported(world.seedRowsPerSecond / bare, 'ratio'),
    appointments: reported(world.appointments, 'rows'),
  }
}

/** Rows a second into a table without keys, policies or indexes, which is gone afterwards. */
async function bareCopy(owner: postgres.Sql): Promise<number> {
  await owner`drop table if exists public.bench_copy`
  await owner`create table public.bench_copy (tenant_id uuid, id uuid, listing_id uuid, starts_at timestamptz, ends_at timestamptz, words text)`
  const { ms } = await timed(async () =>
    pipeline(Readable.from(batches()), await owner`copy public.bench_copy from stdin`.writable()),
  )
  await owner`drop table public.bench_copy`
  return (rows * 1_000) / ms
}

function* batches(): Generator<string> {
  for (let from = 0; from < rows; from += batch) yield Array.from({ length: batch }, (_, n) => line(from + n)).join('')
}

function line(row: number): string {
  const id = `0193f6a0-0000-7000-8000-${String(row).padStart(12, '0')}`
  return `${id}\t${id}\t${id}\t2026-01-01T10:00:00Z\t2026-01-01T10:20:00Z\tDr. Somebody Somewhere, family medicine\n`
}
