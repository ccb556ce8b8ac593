import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { childEnv } from '#lib/env.ts'
import { type Figures, reported } from '../figures.ts'

const limitMs = 600_000
const root = join(import.meta.dirname, '../..')
const withoutServices = Object.fromEntries(
  [
    'DATABASE_URL',
    'DATABASE_AUTH_URL',
    'DATABASE_WORKER_URL',
    'DATABASE_OWNER_URL',
    'SMTP_URL',
    'TEMPORAL_ADDRESS',
    'PORT',
  ].map((name) => [name, undefined]),
)

/** `npm start` in a fresh clone of what is committed: packages, database, data, pages and the main job; and once more. */
export async function startCase(): Promise<Figures> {
  const dir = mkdtempSync(join(tmpdir(), 'medley-bench-'))
  try {
    const checkout = join(dir, 'checkout')
    execFileSync('git', ['clone', '--quiet', root, checkout])
    const cold = await startOnce(checkout, join(dir, 'data'))
    const warm = await startOnce(checkout, join(dir, 'data'))
    return { cold_start_s: reported(cold, 's'), warm_start_s: reported(warm, 's') }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Seconds from the command until run.json says that all is ready. */
async function startOnce(checkout: string, data: string): Promise<number> {
  const begun = performance.now()
  const child = spawn(process.execPath, ['scripts/start.mjs', '--strict'], {
    cwd: checkout,
    env: childEnv({ ...withoutServices, MEDLEY_DATA_DIR: data }),
    stdio: 'ignore',
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const isReady = () => existsSync(join(data, 'run.json'))
  while (!isReady() && child.exitCode === null && performance.now() - begun < limitMs) await sleep(100)
  const took = (performance.now() - begun) / 1_000
  const wasReady = isReady()
  child.kill('SIGTERM')
  await ended
  if (!wasReady) throw new Error(`npm start was not ready in ${took.toFixed(0)} s; started by hand it says why.`)
  return took
}
