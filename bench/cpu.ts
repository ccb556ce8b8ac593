import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import postgres from 'postgres'

/** Linux counts a process's time in hundredths of a second for everyone who reads it. */
const tickMs = 10

/** Milliseconds of processor time, user and system, that a process has used so far; 0 when it is gone. */
function usedBy(pid: number): number {
  const file = `/proc/${pid}/stat`
  if (!existsSync('/proc/self/stat')) return byPs(pid)
  if (!existsSync(file)) return 0
  // The name in parentheses may hold spaces; user and system time are the 12th and 13th field after it.
  const fields = readFileSync(file, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * tickMs
}

/** Where there is no /proc (macOS): "mm:ss.hh". */
function byPs(pid: number): number {
  const [seconds = 0, minutes = 0, hours = 0] = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], {
    encoding: 'utf8',
  })
    .trim()
    .split(':')
    .map(Number)
    .reverse()
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000
}

/** Milliseconds of processor time that `work` cost in the web's process, in its database backends and in this process. */
export type Cost = { web: number; postgres: number; client: number; ms: number }

/** What `work` costs each of the three, while nothing else asks the web for anything. */
export async function costOf(
  { webPid, ownerUrl }: { webPid: number; ownerUrl: string },
  work: () => Promise<unknown>,
): Promise<Cost> {
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  const backends = async () => {
    const rows = await owner<{ pid: number }[]>`select pid from pg_stat_activity where usename = 'medley_web'`
    return new Map(rows.map(({ pid }) => [pid, usedBy(pid)]))
  }
  const before = { web: usedBy(webPid), backends: await backends(), client: process.cpuUsage(), at: performance.now() }
  await work()
  const ms = performance.now() - before.at
  const client = process.cpuUsage(before.client)
  const web = usedBy(webPid) - before.web
  const after = await backends()
  await owner.end()
  const used = [...after].map(([pid, total]) => total - (before.backends.get(pid) ?? 0))
  return {
    ...{ web, ms },
    postgres: used.reduce((sum, one) => sum + one, 0),
    client: (client.user + client.system) / 1_000,
  }
}
