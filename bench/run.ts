import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Figures } from './figures.ts'

/**
 * Measures what the product promises, as ratios within this run. Full: every facility and a million appointments, in
 * a database kept under .data/bench by the seed's hash; `--quick`: the demo's data. Writes bench/out/latest.json or
 * quick.json and ends with 1 when a target is missed. `--only <case>` runs one.
 */
const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
})

const root = join(import.meta.dirname, '..')
const { seedHash } = await import('#db/seed/ledger.ts')
const dir = join(root, '.data/bench', flags.quick ? `quick-${seedHash().slice(0, 12)}` : seedHash().slice(0, 12))
mkdirSync(dir, { recursive: true })
process.env.MEDLEY_DATA_DIR = dir

const { world } = await import('./world.ts')
const place = await world(dir, flags.quick)
const figures: Figures = {}

try {
  // The product's doors read the environment once: they are loaded after the world has set it.
  const cases: [string, () => Promise<Figures>][] = [
    ['search', async () => (await import('./cases/search.ts')).searchCase(place, flags.quick)],
    ['hot-slot', async () => (await import('./cases/hot-slot.ts')).hotSlotCase(place)],
    ['booking', async () => (await import('./cases/booking.ts')).bookingCase(place, flags.quick)],
    ['wall', async () => (await import('./cases/wall.ts')).wallCase(place)],
    ['plans', async () => (await import('./cases/plans.ts')).plansCase(place)],
  ]
  for (const [name, run] of cases) {
    if (flags.only && flags.only !== name) continue
    console.log(`… ${name}`)
    Object.assign(figures, await run())
  }
  figures.memory_web_mib = { value: Math.round(place.memoryOf('web')), unit: 'MiB', target: null, ok: null }
  figures.memory_worker_mib = { value: Math.round(place.memoryOf('worker')), unit: 'MiB', target: null, ok: null }
  figures.seed_rows_per_second = { value: Math.round(place.seedRowsPerSecond), unit: '1/s', target: null, ok: null }
  figures.appointments = { value: place.appointments, unit: 'rows', target: null, ok: null }
} finally {
  const { closePools } = await import('#db/pool.ts')
  await closePools()
  await place.stop()
}
if (!flags.only || flags.only === 'start') {
  console.log('… start')
  Object.assign(figures, await (await import('./cases/start.ts')).startCase())
}
figures.load_average = { value: Number(loadavg()[0]?.toFixed(2)), unit: '1 min', target: null, ok: null }

for (const [name, { value, unit, target, ok }] of Object.entries(figures)) {
  console.log(
    `${ok === false ? '✗' : ok ? '✓' : ' '} ${name.padEnd(36)} ${String(value).padStart(10)} ${unit}${target ? `  (${target})` : ''}`,
  )
}
if (!flags.only) {
  const file = join(root, 'bench/out', flags.quick ? 'quick.json' : 'latest.json')
  mkdirSync(join(root, 'bench/out'), { recursive: true })
  writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`)
  console.log(`Written to ${file}`)
}
const missed = Object.values(figures).filter((figure) => figure.ok === false).length
process.exit(missed > 0 ? 1 : 0)
