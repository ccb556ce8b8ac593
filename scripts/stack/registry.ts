import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { gone, isAlive, processStart } from './process.ts'

type Entry = { name: string; pid: number; start: string }

/** Once to each process: a second SIGTERM would end one that is letting its open work finish after the first. */
const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal)
      return
    } catch {
      // Gone already, or never led a group: then its own id reaches it.
    }
  }
}

/** Ends a process and the group that it leads: SIGTERM, after `limitMs` SIGKILL. */
export async function endGroup(pid: number, limitMs = 12_000): Promise<void> {
  signalGroup(pid, 'SIGTERM')
  if (!(await gone(pid, limitMs))) signalGroup(pid, 'SIGKILL')
  await gone(pid, 5_000)
}

/**
 * Which processes a run has started, on disk, so that the next run can end what a killed one left behind. A process is
 * known by its id and its start, since ids are used again.
 */
export class Registry {
  readonly #file: string
  #entries: Entry[]

  constructor(file: string) {
    this.#file = file
    mkdirSync(dirname(file), { recursive: true })
    this.#entries = existsSync(file) ? readEntries(file) : []
  }

  /** The live process under that name from this run or an earlier one. */
  find(name: string): number | undefined {
    return this.#entries.find((entry) => entry.name === name && isSame(entry))?.pid
  }

  add(name: string, pid: number): void {
    this.#entries = [...this.#entries.filter((entry) => isSame(entry)), { name, pid, start: processStart(pid) ?? '' }]
    this.#save()
  }

  remove(pid: number): void {
    this.#entries = this.#entries.filter((entry) => entry.pid !== pid)
    this.#save()
  }

  /** Ends whatever still runs of what is written here, and forgets it. Gives the names. */
  async endAll(): Promise<string[]> {
    const left = this.#entries.filter((entry) => entry.pid !== process.pid && isSame(entry))
    await Promise.all(left.map((entry) => endGroup(entry.pid)))
    this.#entries = []
    this.#save()
    return left.map((entry) => entry.name)
  }

  /** On a full disk the file stays as it was: what it lacks is found by its ports and locks instead. */
  #save(): void {
    const fresh = `${this.#file}.${process.pid}`
    try {
      writeFileSync(fresh, JSON.stringify(this.#entries, null, 2), { mode: 0o600 })
      renameSync(fresh, this.#file)
    } catch (error) {
      rmSync(fresh, { force: true })
      if (!isDiskFull(error)) throw error
    }
  }
}

const isDiskFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')

const isSame = (entry: Entry): boolean => isAlive(entry.pid) && processStart(entry.pid) === entry.start

function readEntries(file: string): Entry[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Entry[]
  } catch {
    return [] // Cut short by a crash: what it named is found by its ports and locks instead.
  }
}
