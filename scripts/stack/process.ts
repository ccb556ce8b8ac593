import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Whether a process with this id runs (a zombie that nobody has reaped does not count). */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return procStat(pid)?.[0] !== 'Z'
}

/** The fields of /proc/<pid>/stat after the name (state first), or undefined where there is no /proc. */
function procStat(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

const ps = (pid: number, column: string): string | undefined => {
  const out = spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' })
  return out.status === 0 ? out.stdout.trim() || undefined : undefined
}

/** The program's name as the system shows it ("postgres"), or undefined when the process is gone. */
export function processName(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return ps(pid, 'comm')
  }
}

/** A stamp that differs between two processes that had the same id; undefined when the process is gone. */
export const processStart = (pid: number): string | undefined => procStat(pid)?.[19] ?? ps(pid, 'lstart')

/** Waits until the process is gone; false when it still runs after `limitMs`. */
export async function gone(pid: number, limitMs: number): Promise<boolean> {
  const until = Date.now() + limitMs
  while (isAlive(pid)) {
    if (Date.now() > until) return false
    await sleep(25)
  }
  return true
}

/** Sends a signal; a process that is already gone is fine. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
