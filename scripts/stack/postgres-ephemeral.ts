import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gone, isAlive, processName, processStart, signal } from './process.ts'

const ephemeralPrefix = 'medley-postgres-'

/** A temporary folder that names its owner, so that a later run can clear it when the owner was killed. */
export function ephemeralFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), ephemeralPrefix))
  chmodSync(dir, 0o711)
  writeFileSync(join(dir, 'owner'), `${process.pid} ${processStart(process.pid) ?? ''}`)
  return dir
}

/** Ends and removes ephemeral clusters whose owner is gone. */
export async function sweepEphemeral(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(ephemeralPrefix))) {
    const dir = join(tmpdir(), name)
    try {
      const [owner = '', ...started] = readFileSync(join(dir, 'owner'), 'utf8').split(' ')
      if (processStart(Number(owner)) === started.join(' ')) continue
      const file = join(dir, 'cluster/postmaster.pid')
      const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0
      if (isAlive(pid) && processName(pid)?.includes('postgres')) {
        signal(pid, 'SIGQUIT')
        await gone(pid, 5_000)
      }
      rmSync(dir, { recursive: true, force: true })
    } catch {
      // Another user's, or one that another run is clearing at this moment: not ours to remove.
    }
  }
}
