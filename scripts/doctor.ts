import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { env } from '#lib/env.ts'
import { isBuilt } from './stack/build.ts'
import { findChromium } from './stack/chromium.ts'
import { freePort } from './stack/ports.ts'
import { binaries, clusterFolder, runAs } from './stack/postgres-home.ts'
import { dataDir, readRunFile } from './stack/run-file.ts'
import { lockHolder } from './stack/run-lock.ts'
import { findTemporal, hasGo, listensAt } from './stack/temporal.ts'

/** One look: what was seen; `fix` says what to do when it is not well; `isNote` does not fail the doctor. */
type Finding = { name: string; seen: string; fix?: string; isNote?: boolean }

const root = join(import.meta.dirname, '..')
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : 'unknown error').split('\n')[0] ?? ''

function settings(): Finding {
  try {
    return { name: 'Settings', seen: `readable, data in ${env().MEDLEY_DATA_DIR}` }
  } catch (error) {
    return {
      name: 'Settings',
      seen: error instanceof Error ? error.message : '',
      fix: 'Mend or unset them in your shell.',
    }
  }
}

function postgresProgram(): Finding {
  try {
    const home = binaries(runAs())
    const version = spawnSync(join(home, 'bin/postgres'), ['--version'], { ...runAs(), cwd: '/', encoding: 'utf8' })
    return { name: 'PostgreSQL', seen: version.stdout.trim() }
  } catch (error) {
    return { name: 'PostgreSQL', seen: reasonOf(error), fix: 'npm ci --include=optional, then again.' }
  }
}

function cluster(): Finding {
  const home = join(dataDir(), 'postgres')
  if (!existsSync(home)) return { name: 'Database', seen: 'none yet: npm start makes it' }
  const folder = clusterFolder(home, runAs())
  const isWhole = existsSync(join(folder, 'cluster/PG_VERSION'))
  return isWhole
    ? { name: 'Database', seen: folder }
    : { name: 'Database', seen: `${folder} has no cluster`, fix: 'npm start -- --reset makes it anew.' }
}

/** Whether the demo runs, and if it does, whether its database, web server and Temporal answer. */
async function running(): Promise<Finding[]> {
  const holder = lockHolder(join(dataDir(), 'run.lock'))
  const run = readRunFile()
  if (holder === undefined) {
    const seen = run ? 'not running; the last run was killed' : 'not running'
    return [{ name: 'Demo', seen, ...(run ? { fix: 'npm start recovers it.', isNote: true } : {}) }]
  }
  if (!run) return [{ name: 'Demo', seen: `process ${holder} is starting it` }]
  const [host = '', port = ''] = (run.temporal ?? '').split(':')
  return [
    { name: 'Demo', seen: `${run.web}, process ${holder}` },
    await database(run.database),
    await web(run.web),
    run.temporal && (await listensAt(host, Number(port)))
      ? { name: 'Temporal answers', seen: run.temporal }
      : {
          name: 'Temporal answers',
          seen: 'no',
          fix: `Messages wait. Its log: ${join(dataDir(), 'logs/temporal.log')}`,
          isNote: true,
        },
  ]
}

async function database(url: string): Promise<Finding> {
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} })
  try {
    const begun = performance.now()
    await sql`select 1`
    return { name: 'Database answers', seen: `in ${Math.round(performance.now() - begun)} ms` }
  } catch (error) {
    return {
      name: 'Database answers',
      seen: reasonOf(error),
      fix: `Look into ${join(dataDir(), 'postgres/postgres.log')}`,
    }
  } finally {
    await sql.end({ timeout: 1 })
  }
}

async function web(address: string): Promise<Finding> {
  const answer = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(reasonOf)
  if (typeof answer !== 'string' && answer.ok) {
    const seen = (await answer.text()).slice(0, 300)
    const isUp = /^\{"status":"up"/.test(seen)
    return {
      name: 'Web answers',
      seen,
      ...(!isUp && { fix: 'Look into the runbook of the part that is not up: docs/runbooks' }),
    }
  }
  const seen = typeof answer === 'string' ? answer : `${answer.status}`
  return { name: 'Web answers', seen, fix: `Look into ${join(dataDir(), 'logs/web.log')}` }
}

function secrets(): Finding {
  const file = join(dataDir(), 'secrets.json')
  if (!existsSync(file)) return { name: 'Secrets', seen: 'none yet: npm start makes them' }
  const mode = statSync(file).mode & 0o777
  return mode === 0o600
    ? { name: 'Secrets', seen: 'readable by you alone' }
    : { name: 'Secrets', seen: `mode ${mode.toString(8)}`, fix: `chmod 600 ${file}` }
}

function temporal(): Finding {
  const name = 'Temporal'
  if (env().TEMPORAL_ADDRESS) return { name, seen: `at ${env().TEMPORAL_ADDRESS}` }
  const program = findTemporal()
  if (program) return { name, seen: program }
  if (hasGo()) return { name, seen: 'not here yet: npm start builds it once with Go', isNote: true }
  return {
    name,
    seen: 'not here yet, and no Go to build it',
    fix: 'npm start downloads it where it can, else install it (temporal.io/setup). Without it messages wait.',
    isNote: true,
  }
}

function chromium(): Finding {
  const path = findChromium()
  if (path && existsSync(path)) return { name: 'Chromium', seen: path }
  const seen = path ? `CHROMIUM_PATH names ${path}, which is not there` : 'not found'
  return {
    name: 'Chromium',
    seen,
    fix: 'For e2e and pictures: apt-get install chromium, or set CHROMIUM_PATH.',
    isNote: true,
  }
}

async function ports(): Promise<Finding> {
  const port = await freePort().catch(reasonOf)
  return typeof port === 'number'
    ? { name: 'Ports', seen: 'free ones can be had on 127.0.0.1' }
    : { name: 'Ports', seen: port, fix: 'Something keeps programs from listening on 127.0.0.1.' }
}

const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
console.log(`Medley ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`)
const findings: Finding[] = [settings()]
if (!findings[0]?.fix) {
  findings.push(postgresProgram(), cluster(), secrets(), await ports(), temporal(), chromium())
  findings.push({
    name: 'Pages',
    seen: isBuilt(root) ? 'built from these sources' : 'not built from these sources: npm start builds them',
  })
  findings.push(...(await running()))
}
for (const { name, seen, fix, isNote } of findings) {
  console.log(`${fix ? (isNote ? '!' : '✗') : '✓'} ${name}: ${seen}${fix ? `\n    ${fix}` : ''}`)
}
process.exit(findings.some(({ fix, isNote }) => fix && !isNote) ? 1 : 0)
