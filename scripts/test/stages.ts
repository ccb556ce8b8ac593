import { type SpawnOptions, spawn } from 'node:child_process'
import { appendFileSync, closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { childEnv } from '#lib/env.ts'
import { tail } from '#scripts/stack/log-files.ts'
import { endGroup } from '#scripts/stack/registry.ts'
import { shiftedTo } from './clock.ts'
import { single, type Tally, tallyPlaywright, tallyVitest } from './tally.ts'

export type Stage = {
  name: string
  /** Programs of node_modules/.bin with their arguments, one after the other; the first that fails ends the stage. */
  commands: string[][]
  /** Which report tells the cases; without one the stage counts as one. */
  report?: 'vitest' | 'playwright'
  env?: Record<string, string | undefined>
  /** What its clocks show when it begins; without it the machine's. */
  startsAt?: Date
  /** One that takes longer hangs, and is ended. */
  limitMinutes?: number
}

export type Outcome = Stage & { tally: Tally; seconds: number; log: string }

/** Checks the types of a project without what an earlier build left in `*.tsbuildinfo`. */
export const checkTypes = ['tsc', '--noEmit', '--incremental', 'false', '-p', '.']

const root = join(import.meta.dirname, '../..')
const usualLimitMinutes = 15
const mostNames = 100
const running = new Set<number>()

/** The caller's own database and services never reach a test. */
const withoutServices = {
  ...{ DATABASE_URL: undefined, DATABASE_AUTH_URL: undefined },
  ...{ DATABASE_WORKER_URL: undefined, DATABASE_OWNER_URL: undefined },
  ...{ TEMPORAL_ADDRESS: undefined, SMTP_URL: undefined, MEDLEY_MODE: undefined, NODE_ENV: undefined, PORT: undefined },
  ...{ NEXT_TELEMETRY_DISABLED: '1', FORCE_COLOR: undefined, NO_COLOR: '1' },
}

/** The environment of everything that `npm test` starts. */
export const testEnv = (changes: Record<string, string | undefined> = {}): NodeJS.ProcessEnv =>
  childEnv({ ...withoutServices, ...changes })

/** Runs a stage to its end, its output in a log of its own in `dir`. Never throws: what cannot run has failed. */
export async function runStage(stage: Stage, dir: string): Promise<Outcome> {
  const begun = performance.now()
  const log = join(dir, `${stage.name.replaceAll(' ', '-')}.log`)
  const reportFile = join(dir, `${stage.name.replaceAll(' ', '-')}.json`)
  let exitCode = 0
  for (const [program = '', ...args] of stage.commands) {
    exitCode = await runOne(program, [...args, ...reportArgs(stage, reportFile)], log, stage, reportFile)
    if (exitCode !== 0) break
  }
  return { ...stage, tally: tallyOf(stage, reportFile, exitCode), seconds: (performance.now() - begun) / 1000, log }
}

const reportArgs = (stage: Stage, file: string): string[] => {
  if (stage.report === 'vitest') return ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  return stage.report === 'playwright' ? ['--reporter=line,json'] : []
}

function runOne(program: string, args: string[], log: string, stage: Stage, reportFile: string): Promise<number> {
  const out = openSync(log, 'a')
  const clock = stage.startsAt && shiftedTo(stage.startsAt)
  const env = testEnv({ ...stage.env, ...clock, PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile })
  // A group of its own, so that a stage is ended with all that it started.
  const options = { cwd: root, env, stdio: ['ignore', out, out], detached: true } satisfies SpawnOptions
  const child = spawn(join(root, 'node_modules/.bin', program), args, options)
  closeSync(out)
  const pid = child.pid ?? 0
  running.add(pid)
  const minutes = stage.limitMinutes ?? usualLimitMinutes
  const limit = setTimeout(() => {
    appendFileSync(log, `\n${stage.name} took longer than ${minutes} minutes and was ended.\n`)
    void endGroup(pid)
  }, minutes * 60_000)
  return new Promise((resolve) => {
    const end = (code: number) => {
      clearTimeout(limit)
      running.delete(pid)
      resolve(code)
    }
    child.once('error', () => end(127))
    child.once('exit', (code) => end(code ?? 1))
  })
}

function tallyOf(stage: Stage, reportFile: string, exitCode: number): Tally {
  if (!stage.report) return single(exitCode)
  if (!existsSync(reportFile)) return single(1)
  const report = JSON.parse(readFileSync(reportFile, 'utf8'))
  return stage.report === 'vitest' ? tallyVitest(report, exitCode) : tallyPlaywright(report, exitCode)
}

/** One line for a stage; when it failed, what failed by name (the first hundred), then the end of its log. */
export function described(outcome: Outcome): string {
  const { passed, failed, failing = [] } = outcome.tally
  const cases = outcome.report ? `  ${passed} passed${failed > 0 ? `, ${failed} failed` : ''}` : ''
  const line = `${failed > 0 ? '✗' : '✓'} ${outcome.name}  ${outcome.seconds.toFixed(1)} s${cases}`
  if (failed === 0) return line
  const names = failing.slice(0, mostNames).map((name) => `  ✗ ${name.replace(`${root}/`, '')}`)
  const more = failing.length > mostNames ? [`  and ${failing.length - mostNames} more`] : []
  return [line, ...names, ...more, lastLines(outcome.log)].join('\n')
}

const lastLines = (log: string): string =>
  tail(log, { lines: 150 })
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')

/** Ends every stage that runs, with all that it started, for Ctrl-C. */
export const endStages = async (): Promise<void> => {
  await Promise.all([...running].map((pid) => endGroup(pid)))
}
