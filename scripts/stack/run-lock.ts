import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, processStart } from './process.ts'

/**
 * Takes a lock file for this process. Gives undefined when it is ours now, else the id of the live process that holds
 * it. A lock whose holder is gone is taken over.
 */
export function takeLock(file: string): number | undefined {
  mkdirSync(dirname(file), { recursive: true })
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      writeFileSync(file, `${process.pid} ${processStart(process.pid) ?? ''}`, { flag: 'wx' })
      return undefined
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = lockHolder(file)
    if (holder !== undefined) return holder
    rmSync(file, { force: true })
  }
  throw new Error(`Could not take ${file}: others keep taking it.`)
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
