import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findChromium } from './stack/chromium.ts'
import { type Postgres, startPostgres } from './stack/postgres.ts'
import { type Instant, instants, instantsAt } from './test/clock.ts'
import { Demo } from './test/demo.ts'
import { checkTypes, described, endStages, type Outcome, runStage, type Stage } from './test/stages.ts'
import { single, sum } from './test/tally.ts'
import { type Installation, temporalBeside } from './test/temporal-install.ts'

/**
 * Every proof, a stage each with its time; the last line is `N passed, N failed`. `--check`: what needs no service,
 * within a minute. `--long`: the longer proofs. `--only unit,e2e`: these stages. `--at 2026-12-31T23:58Z`: unit, property
 * and integration tests with their clocks shifted to that instant, or to one by the day of the year (`today`), or to
 * one instant after the other (`each`). File names: only these tests. All stages run even when one fails.
 */
const { values: flags, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    test: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    only: { type: 'string' },
    at: { type: 'string' },
  },
})

const layers = 'api app bench db domain e2e gateways lib messages scripts search standins ui workflows'.split(' ')
const vitest = (...projects: string[]): Stage => ({
  name: projects.join(', '),
  report: 'vitest',
  commands: [['vitest', 'run', ...projects.flatMap((project) => ['--project', project]), ...files]],
})

/** What `--at` names; without it the machine's own clock. */
const wanted = flags.at ? instantsAt(flags.at, new Date()) : []
const shifted = (stage: Stage): Stage => ({ ...stage, startsAt: wanted[0]?.startsAt })

const still: Stage[] = [
  { name: 'format and lint', commands: [['biome', 'check', '--error-on-warnings', '.']] },
  { name: 'boundaries', commands: [['depcruise', '--output-type', 'err-long', ...layers]] },
  { name: 'dead code', commands: [['knip']] },
  shifted(vitest('unit')),
]
const typegen = ['next', 'typegen']
const types: Stage = { name: 'types', commands: [typegen, checkTypes] }
const build: Stage = { name: 'build', commands: [['node', 'scripts/build.ts']] }
const property = shifted(vitest('property'))
const integration = shifted(vitest('integration'))
const onDemo: Stage[] = [vitest('contract'), { name: 'e2e', commands: [['playwright', 'test']], report: 'playwright' }]

const logs = mkdtempSync(join(tmpdir(), 'medley-npm-test-'))
const outcomes: Outcome[] = []
let cluster: Promise<Postgres> | undefined
let demo: Demo | undefined
let temporal: Installation | undefined
let isStopping = false

const picked = (stages: Stage[]): Stage[] =>
  stages.filter(({ name }) => !flags.only || flags.only.split(',').includes(name))

function tell(outcome: Outcome): void {
  if (isStopping) return
  outcomes.push(outcome)
  console.log(described(outcome))
}

async function run(stages: Stage[], env: Record<string, string | undefined> = {}): Promise<void> {
  for (const stage of picked(stages)) {
    const outcome = await runStage({ ...stage, env }, logs)
    await unlessStopping()
    tell(outcome)
  }
}

/** After Ctrl-C nothing goes on: no stage follows the one that was ended. */
const unlessStopping = (): Promise<void> => (isStopping ? new Promise(() => {}) : Promise.resolve())

async function runOnDatabase(stages: Stage[]): Promise<void> {
  if (picked(stages).length === 0) return
  // Its Postgres must show the same time: the stage starts one of its own.
  if (wanted.length > 0) return run(stages)
  cluster ??= startPostgres({ ephemeral: true })
  const { adminUrl } = await cluster
  await unlessStopping()
  await run(stages, { MEDLEY_TEST_ADMIN_URL: adminUrl })
}

/** Starts the demo while others run; false when it did not come up, which is a failed stage of its own. */
async function startDemo(): Promise<boolean> {
  if (picked(onDemo).length === 0) return false
  const begun = performance.now()
  demo = new Demo(join(logs, 'data'))
  const { log } = demo
  const failed = await demo.start().then(
    () => 0,
    () => 1,
  )
  tell({ name: 'demo start', commands: [], tally: single(failed), seconds: (performance.now() - begun) / 1000, log })
  return failed === 0
}

async function runOnDemo(stages: Stage[], isUp: boolean): Promise<void> {
  if (isUp) return run(stages, { MEDLEY_DATA_DIR: demo?.dir, CHROMIUM_PATH: findChromium() })
  for (const stage of picked(stages)) tell({ ...stage, tally: single(1), seconds: 0, log: demo?.log ?? '' })
}

/** Two cores: what builds or seeds runs beside what checks. Only the types wait for the build, which writes some of them. */
async function everything(): Promise<void> {
  if (picked([integration, ...onDemo]).length > 0) temporal = temporalBeside(join(logs, 'temporal'))
  const needsBuild = picked([build, ...onDemo]).length > 0
  await Promise.all([needsBuild ? runStage(build, logs).then(tell) : undefined, run(still)])
  await unlessStopping()
  const starting = startDemo()
  await run([types])
  await runOnDatabase([property])
  await temporal?.ready
  await runOnDatabase([integration])
  await runOnDemo(onDemo, await starting)
}

/** Unit, property and integration tests, or those of `files`, at each instant. */
async function atEach(all: Instant[]): Promise<void> {
  temporal = temporalBeside(join(logs, 'temporal'))
  await temporal.ready
  for (const { name, startsAt } of all) {
    const stage = vitest('unit', 'property', 'integration')
    await run([{ ...stage, name: `${startsAt.toISOString()} ${name}`, startsAt, limitMinutes: 40 }])
  }
}

async function long(): Promise<void> {
  await atEach(instants)
  await runOnDatabase([{ ...vitest('long'), limitMinutes: 180 }])
}

async function tidy(): Promise<void> {
  isStopping = true
  await Promise.all([endStages(), temporal?.stop(), demo?.stop()])
  await (await cluster?.catch(() => undefined))?.stop()
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    console.log('Stopping.')
    void tidy().then(() => {
      rmSync(logs, { recursive: true, force: true })
      process.exit(130)
    })
  })
}

const begun = performance.now()
const whole = files.length === 0 && wanted.length <= 1
if (whole && wanted[0])
  console.log(`Unit, property and integration tests see ${wanted[0].startsAt.toISOString()} (${wanted[0].name})`)
if (flags.long) await long()
else if (!whole) await (wanted.length > 0 ? atEach(wanted) : runOnDatabase([vitest('unit', 'property', 'integration')]))
else if (flags.check) await run([...still, types])
else await everything()
await tidy()

const total = sum(outcomes.map(({ tally }) => tally))
if (total.failed === 0) rmSync(logs, { recursive: true, force: true })
else console.log(`The log of each stage: ${logs}`)
console.log(`${((performance.now() - begun) / 1000).toFixed(1)} s in all`)
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)
