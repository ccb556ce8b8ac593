import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Generates the baseline's tables anew from `db/schema`. Until the first release there is one baseline: what is written
 * by hand comes before (`0000_context`) and after (`0002_constraints`) the generated `0001_tables`, and drizzle-kit's
 * newest snapshot is kept, so that the first migration after the release has number 3.
 */
const root = join(import.meta.dirname, '..')
const folder = join(root, 'db/migrations')
const meta = join(folder, 'meta')
const tags = ['0000_context', '0001_tables', '0002_constraints']

const later = readdirSync(folder).filter((name) => name.endsWith('.sql') && !tags.includes(name.replace('.sql', '')))
if (later.length > 0) throw new Error(`There are migrations after the baseline: ${later.join(', ')}.`)

rmSync(meta, { recursive: true, force: true })
rmSync(join(folder, '0001_tables.sql'), { force: true })
const bin = join(root, 'node_modules/.bin/drizzle-kit')
const { status } = spawnSync(bin, ['generate', '--name', 'tables'], { cwd: root, stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)

const generated = readFileSync(join(folder, '0000_tables.sql'), 'utf8')
// drizzle-kit has no words for a partitioned table.
const partitioned = generated.replace(/(CREATE TABLE "audit_event" \([\s\S]*?\n\));/, '$1 PARTITION BY RANGE ("at");')
if (partitioned === generated) throw new Error('The generated tables have no audit_event to partition.')
writeFileSync(join(folder, '0001_tables.sql'), `-- rows: adds keys\n${partitioned}`)
rmSync(join(folder, '0000_tables.sql'))
// One id for every baseline: a random one would conflict between any two branches that change a table.
const snapshot = JSON.parse(readFileSync(join(meta, '0000_snapshot.json'), 'utf8')) as { id: string }
snapshot.id = 'ba5e11e0-0000-4000-8000-000000000000'
writeFileSync(join(meta, '0002_snapshot.json'), `${JSON.stringify(snapshot, null, 2)}\n`)
rmSync(join(meta, '0000_snapshot.json'))
const entries = tags.map((tag, idx) => ({ idx, version: '7', when: idx, tag, breakpoints: true }))
writeFileSync(
  join(meta, '_journal.json'),
  `${JSON.stringify({ version: '7', dialect: 'postgresql', entries }, null, 2)}\n`,
)
