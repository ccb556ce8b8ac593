import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from './stack/process.ts'
import { Registry } from './stack/registry.ts'
import { dataDir } from './stack/run-file.ts'
import { lockHolder } from './stack/run-lock.ts'

/**
 * Starts web and worker of the running demo anew, with the keys that `secrets.json` holds now. No call is refused: the old
 * web ends when the new one is ready. Ends when both are new, with 1 when they are not within two minutes.
 */
const limitMs = 120_000
const parts = ['web', 'worker']

const holder = lockHolder(join(dataDir(), 'run.lock'))
if (holder === undefined) {
  process.stderr.write(`No demo runs from ${dataDir()}.\n`)
  process.exit(1)
}
const now = (): (number | undefined)[] => {
  const registry = new Registry(join(dataDir(), 'processes.json'))
  return parts.map((name) => registry.find(name))
}
const before = now()
process.kill(holder, 'SIGUSR2')
const until = Date.now() + limitMs
const isNew = (): boolean =>
  now().every((pid, i) => pid !== undefined && pid !== before[i]) && !before.some((pid) => pid && isAlive(pid))
while (!isNew()) {
  if (Date.now() > until) {
    process.stderr.write(`The parts were not started anew within two minutes. Their logs: ${join(dataDir(), 'logs')}\n`)
    process.exit(1)
  }
  await sleep(250)
}
console.log('✓ Web and worker were started anew')
