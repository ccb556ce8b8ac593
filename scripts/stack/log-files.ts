import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'

const largestLogBytes = 20_000_000
const lookEveryMs = 5_000

/**
 * Copies a log that is larger than `largest` bytes to `<file>.1` and empties it. Its writer keeps it open for appending
 * and goes on at its start. Without room for the copy the lines are given up: that frees the disk.
 */
export function rotate(file: string, largest = largestLogBytes): void {
  try {
    if (statSync(file).size <= largest) return
    try {
      copyFileSync(file, `${file}.1`)
    } finally {
      truncateSync(file)
    }
  } catch {
    // Gone, or the disk is full: the next look comes soon.
  }
}

/** What parts write may name people: the folder and the logs in it are their owner's alone, also those of earlier versions. */
export function makePrivate(folder: string): void {
  chmodSync(folder, 0o700)
  for (const name of readdirSync(folder)) if (/\.log(\.1)?$/.test(name)) chmodSync(join(folder, name), 0o600)
}

/** Keeps every `*.log` in these folders small for as long as this process runs. */
export function keepLogsSmall(folders: string[]): void {
  const look = (): void => {
    for (const folder of folders) {
      if (!existsSync(folder)) continue
      for (const name of readdirSync(folder)) if (name.endsWith('.log')) rotate(join(folder, name))
    }
  }
  setInterval(look, lookEveryMs).unref()
}

/** The last lines that a command wrote, after byte `from`. */
export const tail = (file: string, { from = 0, lines = 30 } = {}): string =>
  existsSync(file) ? readFileSync(file).subarray(from).toString('utf8').trim().split('\n').slice(-lines).join('\n') : ''
