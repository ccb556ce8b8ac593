import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { env } from '#lib/env.ts'
import { counted } from './progress.ts'
import { seed } from './run.ts'

// npm run seed            the demo's 2,000 facilities
// npm run seed -- --all   all of them
// Into the database of DATABASE_OWNER_URL, or of the demo that runs. Its pages wait until this is done.
const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } })

/** The address of login medley_owner: the setting, else the running demo's. Throws what the setting says when there is neither. */
function ownerUrl(): string {
  const settings = env()
  const isGiven = Object.keys(settings).includes('DATABASE_OWNER_URL')
  const running = join(settings.MEDLEY_DATA_DIR, 'run.json')
  return !isGiven && existsSync(running)
    ? JSON.parse(readFileSync(running, 'utf8')).databaseOwner
    : settings.DATABASE_OWNER_URL
}

const isTerminal = process.stdout.isTTY
let isDrawing = false

/** On a terminal a bar is drawn over the one before it; elsewhere each is a line. */
function say(line: string): void {
  const stays = !/^[█░]/.test(line) || line.includes(' 100 % ')
  process.stdout.write(`${isTerminal && isDrawing ? '\r\u001b[2K' : ''}${line}${isTerminal && !stays ? '' : '\n'}`)
  isDrawing = !stays
}

if (values.all) say('All facilities: a few minutes, in which pages that read this database say that it is busy.')
const report = await seed({ ownerUrl: ownerUrl(), scale: values.all ? 'all' : 'demo', progress: say })
const { listings, rows, visits, seconds, wrote } = report
const figures = `${counted(listings)} listings, ${counted(visits)} visits`
const rate = `${counted(rows / seconds)} rows/s with publishing`
console.log(
  wrote.length > 0
    ? `Seeded in ${seconds.toFixed(1)} s: ${figures}; ${rate}.`
    : `Already there: ${figures}. Nothing written.`,
)
