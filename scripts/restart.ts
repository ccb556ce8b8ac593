import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from './stack/process.ts'
import { Registry } from './stack/registry.ts'
import { dataDir, readRunFile } from './stack/run-file.ts'
import { lockHolder, withLock } from './stack/run-lock.ts'

/**
 * Starts web and worker of the running demo anew, with the keys that `secrets.json` holds now. No call is refused: the old
 * web ends when the new one is ready. Ends when both are new, with 1 and the reason when no demo runs, when it is still
 * starting or stopping, and when they are not new within two minutes. Two of these wait for each other.
 */
const limitMs = 120_000
const parts = ['web', 'worker']
const dir = dataDir()

const pids = (): (number | undefined)[] => {
  const registry = new Registry(join(dir, 'processes.json'))
  return parts.map((name) => registry.find(name))
}

async function restart(): Promise<void> {
  const holder = lockHolder(join(dir, 'run.lock'))
  if (holder === undefined) throw new Error(`No demo runs from ${dir}.`)
  if (!readRunFile())
    throw new Error('The demo is still starting, or stopping. Run this again when it says that it is ready.')
  const before = pids()
  process.kill(holder, 'SIGUSR2')
  const until = Date.now() + limitMs
  const isNew = (): boolean =>
    pids().every((pid, i) => pid !== undefined && pid !== before[i]) && !before.some((pid) => pid && isAlive(pid))
  while (!isNew()) {
    if (!isAlive(holder)) throw new Error('The demo was stopped meanwhile.')
    if (Date.now() > until)
      throw new Error(`The parts were not started anew within two minutes. Their logs: ${join(dir, 'logs')}`)
    await sleep(250)
  }
}

try {
  await withLock(join(dir, 'restart.lock'), limitMs, restart)
  console.log('✓ Web and worker were started anew')
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'unknown error'}\n`)
  process.exitCode = 1
}
