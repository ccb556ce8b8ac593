import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fault } from './parts.ts'

/** A small file system of its own, on which a demo's data folder can lie. */
export type Disk = { dir: string; fill(): Promise<Fault>; remove(): void }

const block = Buffer.alloc(4_096)
const fillEveryMs = 250

function run(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
}

/** Mounts one of `megabytes` in memory. Throws where that takes rights that we have not: what it would prove is not passed over. */
export function smallDisk(megabytes: number): Disk {
  const dir = mkdtempSync(join(tmpdir(), 'medley-disk-'))
  run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', dir)
  const remove = (): void => {
    run('umount', '--lazy', dir)
    rmSync(dir, { recursive: true, force: true })
  }
  return { dir, fill: async () => fill(dir), remove }
}

/** Takes all the room there is, and what others give back meanwhile. */
function fill(dir: string): Fault {
  const file = join(dir, 'fill')
  const take = (): void => {
    try {
      const { bavail, bsize } = statfsSync(dir)
      if (bavail > 0) appendFileSync(file, Buffer.alloc(bavail * bsize))
      while (true) appendFileSync(file, block)
    } catch {
      // Full.
    }
  }
  take()
  const timer = setInterval(take, fillEveryMs)
  const end = async (): Promise<void> => {
    clearInterval(timer)
    rmSync(file)
  }
  return { end }
}
