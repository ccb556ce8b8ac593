import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { takeLock } from './stack/run-lock.ts'
import { testEnv } from './test/stages.ts'

const dirs: string[] = []
afterEach(() => {
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true })
})

function restartIn(prepare: (dir: string) => void): { status: number | null; stderr: string } {
  const dir = mkdtempSync(join(tmpdir(), 'medley-restart-'))
  dirs.push(dir)
  prepare(dir)
  const env = testEnv({ MEDLEY_DATA_DIR: dir })
  const script = join(import.meta.dirname, 'restart.ts')
  return spawnSync(process.execPath, [script], { env, encoding: 'utf8', timeout: 20_000 })
}

test('without a demo there is nothing to start anew', () => {
  const { status, stderr } = restartIn(() => {})
  expect([status, stderr]).toEqual([1, expect.stringMatching(/^No demo runs from .*\n$/)])
})

test('while the demo is still starting, a restart is refused at once and says when to ask again', async () => {
  const signals: string[] = []
  const note = (): void => void signals.push('SIGUSR2')
  process.on('SIGUSR2', note)
  const { status, stderr } = restartIn((dir) => expect(takeLock(join(dir, 'run.lock'))).toBeUndefined())
  // A signal that came while the script ran is handled in a later turn.
  await sleep(100)
  process.off('SIGUSR2', note)
  expect([status, stderr]).toEqual([
    1,
    expect.stringMatching(/^The demo is still starting.*when it says that it is ready\.\n$/),
  ])
  expect(signals).toEqual([])
})
