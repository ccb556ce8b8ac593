import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { env } from '#lib/env.ts'

export type Account = { role: string; name: string; tenant: string | null }

/** What a running demo says of itself in `run.json`; addresses hold passwords, so the file is ours alone (0600). */
export type RunFile = {
  web: string
  database: string
  databaseWorker: string
  databaseOwner: string
  temporal: string | null
  mail: string
  accounts: Account[]
}

/** The folder for everything the demo keeps on this machine: MEDLEY_DATA_DIR, or `.data`. Absolute. */
export const dataDir = (): string => resolve(env().MEDLEY_DATA_DIR)

const file = (): string => join(dataDir(), 'run.json')

/** Says what runs, at once or not at all. */
export function writeRunFile(run: RunFile): void {
  const fresh = `${file()}.${process.pid}`
  writeFileSync(fresh, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 })
  renameSync(fresh, file())
}

/** What runs, or undefined when nothing says so. */
export const readRunFile = (): RunFile | undefined =>
  existsSync(file()) ? (JSON.parse(readFileSync(file(), 'utf8')) as RunFile) : undefined

/** Takes the note away when nothing runs any more. */
export const removeRunFile = (): void => rmSync(file(), { force: true })
