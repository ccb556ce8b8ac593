import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Passwords } from '#db/bootstrap.ts'

/** The demo's own secrets: made once a data folder, readable by us alone. */
export type Secrets = {
  contextKey: string
  capabilityKey: string
  nextAuthSecret: string
  passwords: Passwords
}

const hex = (bytes: number): string => randomBytes(bytes).toString('hex')

/**
 * The secrets kept in `dir`, made on first use (mode 0600). A password that an earlier version did not have is added. Written
 * only when something is missing, and as a whole or not at all: a full disk must not cost the keys of every link in a mail.
 */
export function secretsIn(dir: string): Secrets {
  const file = join(dir, 'secrets.json')
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>) : {}
  const made: Secrets = {
    contextKey: `k${hex(4)}:${hex(32)}`,
    capabilityKey: hex(32),
    nextAuthSecret: hex(32),
    ...kept,
    passwords: { owner: hex(20), web: hex(20), signin: hex(20), jobs: hex(20), ...kept.passwords },
  }
  const text = JSON.stringify(made, null, 2)
  if (text === JSON.stringify(kept, null, 2)) return made
  mkdirSync(dir, { recursive: true })
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, text, { mode: 0o600 })
  renameSync(fresh, file)
  return made
}
