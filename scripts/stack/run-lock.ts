import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, processStart } from './process.ts'

const tries = 600
const pauseMs = 20
/** Taking over is a few system calls: a folder that stands for so long was left by a process that died within them. */
const takingLimitMs = 10_000

/** The folder of whoever is taking over, and since when this process has seen it. */
type Seen = { name: string; since: number }

/**
 * Takes a lock file for this process. Gives undefined when it is ours now, else the id of the live process that holds
 * it. A lock whose holder is gone is taken over, by one process alone.
 */
export function takeLock(file: string): number | undefined {
  mkdirSync(dirname(file), { recursive: true })
  const mine = `${process.pid} ${processStart(process.pid) ?? ''}`
  const seen: Seen = { name: '', since: 0 }
  for (let attempt = 0; attempt < tries; attempt++) {
    try {
      writeFileSync(file, mine, { flag: 'wx' })
      return undefined
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = lockHolder(file)
    if (holder !== undefined) return holder
    if (takeOver(file, mine, seen)) return undefined
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
  }
  throw new Error(`Could not take ${file}: others keep taking it.`)
}

/**
 * Writes `mine` over the lock of a holder that is gone; false when somebody else is at it or was first. Removing the file and making
 * it anew would let one remove the other's: here it is replaced, by whoever made the folder beside it.
 */
function takeOver(file: string, mine: string, seen: Seen): boolean {
  const taking = `${file}.taking`
  try {
    mkdirSync(taking)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const made = statSync(taking, { throwIfNoEntry: false })
    const name = `${made?.ino} ${made?.ctimeMs}`
    // By a clock that nobody sets: a file's times and the wall clock may differ.
    if (seen.name !== name) Object.assign(seen, { name, since: performance.now() })
    else if (performance.now() - seen.since > takingLimitMs) rmSync(taking, { recursive: true, force: true })
    return false
  }
  try {
    if (!existsSync(file) || lockHolder(file) !== undefined) return false
    const next = join(taking, 'lock')
    writeFileSync(next, mine)
    renameSync(next, file)
    return true
  } finally {
    rmSync(taking, { recursive: true, force: true })
  }
}

/** The live process that holds the lock, if any. */
export function lockHolder(file: string): number | undefined {
  try {
    const [pid = '', ...start] = readFileSync(file, 'utf8').split(' ')
    return isAlive(Number(pid)) && processStart(Number(pid)) === start.join(' ') ? Number(pid) : undefined
  } catch {
    return undefined
  }
}

/** Gives the lock back; one that is gone already is fine. */
export const releaseLock = (file: string): void => rmSync(file, { force: true })

/** Runs `work` while holding the lock, waiting for its holder first; throws after `limitMs`. */
export async function withLock<T>(file: string, limitMs: number, work: () => Promise<T>): Promise<T> {
  const until = Date.now() + limitMs
  for (let holder = takeLock(file); holder !== undefined; holder = takeLock(file)) {
    if (Date.now() > until) throw new Error(`Process ${holder} has held ${file} for too long.`)
    await sleep(250)
  }
  try {
    return await work()
  } finally {
    releaseLock(file)
  }
}
