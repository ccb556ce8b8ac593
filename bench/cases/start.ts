import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { childEnv } from '#lib/env.ts'
import { type Figures, reported } from '../figures.ts'

const limitMs = 600_000
const root = join(import.meta.dirname, '../..')

/** `npm start` in a data folder of its own: with nothing there (the pages are built already), and again. */
export async function startCase(): Promise<Figures> {
  const dir = mkdtempSync(join(tmpdir(), 'medley-bench-'))
  try {
    const cold = await startOnce(dir)
    const warm = await startOnce(dir)
    return { cold_start_s: reported(cold, 's, pages built'), warm_start_s: reported(warm, 's') }
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Seconds from the command until run.json says that all is ready. */
async function startOnce(dir: string): Promise<number> {
  const clean = {
    DATABASE_URL: undefined,
    DATABASE_WORKER_URL: undefined,
    DATABASE_OWNER_URL: undefined,
    SMTP_URL: undefined,
  }
  const begun = performance.now()
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs'), '--strict'], {
    cwd: root,
    env: childEnv({ ...clean, TEMPORAL_ADDRESS: undefined, PORT: undefined, MEDLEY_DATA_DIR: dir }),
    stdio: 'ignore',
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const isReady = () => existsSync(join(dir, 'run.json'))
  while (!isReady() && child.exitCode === null && performance.now() - begun < limitMs) await sleep(100)
  const took = (performance.now() - begun) / 1_000
  const wasReady = isReady()
  child.kill('SIGTERM')
  await ended
  if (!wasReady) throw new Error(`npm start was not ready in ${dir}; see the logs there.`)
  return took
}
