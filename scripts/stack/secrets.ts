import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The demo's own secrets: made once a data folder, readable by us alone. */
export type Secrets = {
  contextKey: string
  capabilityKey: string
  nextAuthSecret: string
  passwords: { owner: string; web: string; jobs: string }
}

const hex = (bytes: number): string => randomBytes(bytes).toString('hex')

/** The secrets kept in `dir`, made on first use (mode 0600). */
export function secretsIn(dir: string): Secrets {
  const file = join(dir, 'secrets.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets
  const made: Secrets = {
    contextKey: `k${hex(4)}:${hex(32)}`,
    capabilityKey: hex(32),
    nextAuthSecret: hex(32),
    passwords: { owner: hex(20), web: hex(20), jobs: hex(20) },
  }
  mkdirSync(dir, { recursive: true })
  writeFileSync(file, JSON.stringify(made, null, 2), { mode: 0o600 })
  return made
}
