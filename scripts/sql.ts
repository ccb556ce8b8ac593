import { text } from 'node:stream/consumers'
import postgres from 'postgres'
import { dataDir, type RunFile, readRunFile } from './stack/run-file.ts'
import { superuserUrl } from './stack/superuser.ts'

/**
 * Runs the SQL on standard input against the running demo, as the login that is named: postgres (the superuser),
 * medley_owner, medley_web or medley_jobs. A semicolon at the end of a line ends a statement. Prints rows with tabs
 * between their columns, or what was done to how many. The first fault ends it with 1.
 */
const addresses: Record<string, (run: RunFile) => string> = {
  postgres: () => superuserUrl(dataDir()),
  medley_owner: (run) => run.databaseOwner,
  medley_web: (run) => run.database,
  medley_jobs: (run) => run.databaseWorker,
}

function stop(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

const addressOf = addresses[process.argv[2] ?? '']
if (!addressOf) stop(`Usage: npm run sql -- ${Object.keys(addresses).join(' | ')} < file.sql`)
const run = readRunFile()
if (!run) stop(`No demo runs from ${dataDir()}.`)

const shown = (value: unknown): string => {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' && value ? JSON.stringify(value) : String(value)
}

const sql = postgres(addressOf(run), { max: 1, onnotice: () => {} })
try {
  const statements = (await text(process.stdin)).split(/;\s*$/m).filter((statement) => statement.trim())
  for (const statement of statements) {
    const rows = await sql.unsafe(statement)
    const names = (rows.columns ?? []).map(({ name }) => name)
    if (names.length === 0) console.log(rows.count === null ? rows.command : `${rows.command} ${rows.count}`)
    else
      for (const line of [names, ...rows.map((row) => names.map((name) => shown(row[name])))])
        console.log(line.join('\t'))
  }
} catch (error) {
  stop(error instanceof Error ? error.message : 'unknown error')
} finally {
  await sql.end({ timeout: 5 })
}
