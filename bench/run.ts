import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { closePools } from '#db/pool.ts'
import { seedHash } from '#db/seed/ledger.ts'
import { changeEnv } from '#lib/env.ts'
import { bookingCase } from './cases/booking.ts'
import { growthCase } from './cases/growth.ts'
import { hotSlotCase } from './cases/hot-slot.ts'
import { loadCase } from './cases/load.ts'
import { neighbourCase } from './cases/neighbour.ts'
import { plansCase } from './cases/plans.ts'
import { retireCase } from './cases/retire.ts'
import { searchCase } from './cases/search.ts'
import { seedCase } from './cases/seed.ts'
import { startCase } from './cases/start.ts'
import { wallCase } from './cases/wall.ts'
import { type Figure, type Figures, isBehind, reported } from './figures.ts'
import { type World, world } from './world.ts'

/**
 * Measures what the product promises, as ratios within this run. Full: every facility and a million appointments, in
 * a database kept under .data/bench by the seed's hash; `--quick`: the demo's data. Writes bench/out/latest.json or
 * quick.json and ends with 1 when a target is missed, or a ratio is more than 15 % worse than in the run that is committed
 * there. `--only <case>` runs one and writes nothing.
 */
const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
})

const root = join(import.meta.dirname, '..')
const name = seedHash().slice(0, 12)
const dir = join(root, '.data/bench', flags.quick ? `quick-${name}` : name)
mkdirSync(dir, { recursive: true })
changeEnv({ MEDLEY_DATA_DIR: dir })

const onWorld: Record<string, (world: World) => Promise<Figures>> = {
  search: (place) => searchCase(place, flags.quick),
  load: (place) => loadCase(place, flags.quick),
  'hot-slot': hotSlotCase,
  booking: (place) => bookingCase(place, flags.quick),
  growth: (place) => growthCase(place, flags.quick),
  wall: wallCase,
  neighbour: neighbourCase,
  retire: retireCase,
  plans: plansCase,
  seed: seedCase,
}
const isWanted = (wanted: string): boolean => flags.only === undefined || flags.only === wanted
const figures: Figures = {}

/** Runs a case and tells its figures as they come, so that nothing measured is lost when a later one fails. */
async function measure(wanted: string, run: () => Promise<Figures>): Promise<void> {
  if (!isWanted(wanted)) return
  console.log(`… ${wanted}`)
  const measured = await run()
  for (const [figure, value] of Object.entries(measured)) console.log(described(figure, value))
  Object.assign(figures, measured)
}

const described = (figure: string, { value, unit, target, ok }: Figure): string => {
  const tick = { true: '✓', false: '✗', null: ' ' }[String(ok)]
  return `${tick} ${figure.padEnd(36)} ${String(value).padStart(10)} ${unit}${target ? `  (${target})` : ''}`
}

if (flags.only !== 'start') {
  const place = await world(dir, flags.quick)
  try {
    for (const [wanted, run] of Object.entries(onWorld)) await measure(wanted, () => run(place))
    await measure('memory', async () => ({
      memory_web_mib: reported(place.memoryOf('web'), 'MiB'),
      memory_worker_mib: reported(place.memoryOf('worker'), 'MiB'),
    }))
  } finally {
    await closePools()
    await place.stop()
  }
}
await measure('start', startCase)
await measure('machine', async () => ({ load_average: reported(loadavg()[0] ?? Number.NaN, '1 min') }))

const file = join('bench/out', flags.quick ? 'quick.json' : 'latest.json')

/** The figures of the last commit; none where there is no repository or no such file in it. */
function committed(): Figures {
  try {
    return JSON.parse(execFileSync('git', ['show', `HEAD:${file}`], { cwd: root, encoding: 'utf8' })) as Figures
  } catch {
    return {}
  }
}

const known = committed()
const missed = Object.entries(figures).filter(([, { ok }]) => ok === false)
for (const [figure, value] of missed) console.log(described(figure, value))
const behind = Object.entries(figures).filter(([figure, value]) => isBehind(value, known[figure]))
for (const [figure, { value }] of behind) {
  console.log(`✗ ${figure}: ${value} is more than 15 % behind the committed ${known[figure]?.value}`)
}
if (!flags.only) {
  mkdirSync(join(root, 'bench/out'), { recursive: true })
  writeFileSync(join(root, file), `${JSON.stringify(figures, null, 2)}\n`)
  console.log(`Written to ${file}`)
}
process.exit(missed.length + behind.length > 0 ? 1 : 0)
