import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeCluster } from './stack/postgres.ts'
import type { RunFile } from './stack/run-file.ts'
import { Demo } from './test/demo.ts'
import { Bookings } from './test/faults/bookings.ts'
import { runbookBlocks } from './test/runbooks.ts'
import { testEnv } from './test/stages.ts'
import { asSuperuser } from './test/superuser.ts'

// Each runbook is followed from top to bottom on a demo that people book on meanwhile: its commands for the demo run in one
// shell, as a reader would type them.

const root = join(import.meta.dirname, '..')
const blocks = runbookBlocks()
const withCommands = [...new Set(blocks.filter(({ about }) => about === 'demo').map(({ runbook }) => runbook))]
const dir = mkdtempSync(join(tmpdir(), 'medley-runbooks-'))
const restored = { BACKUP: join(dir, 'backup'), RESTORED: join(dir, 'restored') }
const demos: Demo[] = []
let demo: Demo
let bookings: Bookings

async function started(folder: string): Promise<Demo> {
  const each = new Demo(folder, { LOG_LEVEL: 'info', RATE_LIMIT_PER_MINUTE: '100000' })
  demos.push(each)
  await each.start()
  return each
}

const runFile = ({ dir: folder }: Demo): RunFile => JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))

/** Runs the runbook's commands for the demo in one shell; people book meanwhile. Fails unless all succeed. */
async function follow(runbook: string): Promise<void> {
  const commands = blocks.filter((block) => block.runbook === runbook && block.about === 'demo')
  const script = ['exec 2>&1', ...commands.map((block) => block.text.replace(/^ {2}/gm, ''))].join('\n')
  const env = testEnv({ ...restored, MEDLEY_DATA_DIR: demo.dir })
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd: root, env, timeout: 600_000 })
  const [output, [status]] = await Promise.all([text(shell.stdout), once(shell, 'exit')])
  expect(status, `${runbook}: ${output}`).toBe(0)
}

beforeAll(async () => {
  chmodSync(dir, 0o755)
  demo = await started(join(dir, 'data'))
  bookings = await Bookings.among(runFile(demo).web, 1_000)
  bookings.start(2, 1_000)
}, 900_000)

afterAll(async () => {
  await bookings?.stop()
  await Promise.all(demos.map((each) => each.stop()))
  for (const each of demos) await removeCluster(join(each.dir, 'postgres'))
  rmSync(dir, { recursive: true, force: true })
}, 180_000)

test('every command is one that a shell can read', () => {
  const unreadable = blocks
    .filter(({ language }) => language === 'sh')
    .filter((block) => spawnSync('bash', ['-n'], { input: block.text }).status !== 0)
  expect(unreadable).toEqual([])
})

test.each(withCommands)('%s is followed while people book, and no call fails', async (runbook) => {
  const from = bookings.calls.length
  await follow(runbook)
  const before = bookings.acknowledged.length
  await expect.poll(() => bookings.acknowledged.length, { timeout: 60_000 }).toBeGreaterThan(before)
  expect(bookings.wrong).toEqual([])
  expect(bookings.calls.slice(from).filter(({ status }) => status !== 201)).toEqual([])
})

test('the keys that were rotated are the ones in use', async () => {
  const { contextKey } = JSON.parse(readFileSync(join(demo.dir, 'secrets.json'), 'utf8')) as { contextKey: string }
  const live = await asSuperuser(
    demo.dir,
    (sql) => sql`select kid from ctx.key where not_after is null or not_after > clock_timestamp()`,
  )
  expect(live.map(({ kid }) => `${kid}:`)).toEqual([contextKey.slice(0, contextKey.indexOf(':') + 1)])
})

test('what is restored is what was there: every booking acknowledged before the backup began, once, and people book on it', async () => {
  const label = readFileSync(join(restored.BACKUP, 'postgres/cluster/backup_label'), 'utf8')
  const begun = new Date(/START TIME: (.+)/.exec(label)?.[1]?.replace(' UTC', 'Z').replace(' ', 'T') ?? '')
  const copy = await started(restored.RESTORED)
  const sums = (folder: string) =>
    asSuperuser(folder, async (sql) => {
      const [row] = await sql`
        select (select md5(string_agg(a::text, '' order by id)) from appointment a where created_at < ${begun}) as visits,
          (select md5(string_agg(o::text, '' order by o.appointment_id, o.resource_id)) from occupancy o join appointment a on a.id = o.appointment_id
            where o.kind = 'booked' and a.created_at < ${begun}) as times,
          (select md5(string_agg(e::text, '' order by id)) from audit_event e where at < ${begun}) as audit,
          (select count(*)::int from appointment where created_at < ${begun}) as count`
      return row
    })
  const [there, here] = await Promise.all([sums(demo.dir), sums(copy.dir)])
  expect(there?.count).toBeGreaterThan(0)
  expect(here).toEqual(there)
  const [stranded] = await asSuperuser(
    copy.dir,
    (sql) => sql`
      select count(*)::int as n from appointment a where a.status = 'booked' and a.starts_at > now()
        and not exists (select 1 from occupancy o where o.appointment_id = a.id and o.kind = 'booked')`,
  )
  expect(stranded?.n).toBe(0)
  expect(readFileSync(copy.log, 'utf8')).toContain('✓ The main job works')
}, 600_000)

test('a demo that is killed whole comes back with all that it acknowledged', async () => {
  await bookings.stop()
  const ids = bookings.acknowledged.map(({ id }) => id)
  demo.kill()
  await sleep(1_000)
  demo = await started(demo.dir)
  const [found] = await asSuperuser(
    demo.dir,
    (sql) => sql`select count(*)::int as n from appointment where id = any (${ids}) and status = 'booked'`,
  )
  expect(found?.n).toBe(ids.length)
}, 600_000)
