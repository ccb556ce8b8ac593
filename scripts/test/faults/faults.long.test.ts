import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAlive } from '#scripts/stack/process.ts'
import type { RunFile } from '#scripts/stack/run-file.ts'
import type { CaughtMail } from '#standins/mail-store.ts'
import { type Callers, callers } from '../callers.ts'
import { Demo } from '../demo.ts'
import { testEnv } from '../stages.ts'
import { asSuperuser } from '../superuser.ts'
import { Bookings } from './bookings.ts'
import { type Disk, smallDisk } from './disk.ts'
import { type Fault, freeze, kill, parts, pidsOf, starve } from './parts.ts'

// One demo, as `npm start` brings it up, books without a pause while each of its parts is killed, frozen and starved, and
// while its disk is full. What it acknowledged must be there once, be told once, and all of it must heal by itself.

const diskMegabytes = 3_000
const faultMs = 15_000
const mostSegments = 500
const searchesMs = 4_000
/** Far above what a search takes, below the ten seconds that one once hung. */
const searchLimitMs = 5_000
const healLimitMs = 60_000
/** A booking that was answered this long after the web stopped was not on its way already. */
const freshMs = 2_000
const wishes = 3_000
/** Slow enough for Temporal's dev server on a busy machine: what is measured is healing, not how much it can carry. */
const visitors = 2
const pauseMs = 1_000
const settings = { LOG_LEVEL: 'info', RATE_LIMIT_PER_MINUTE: '100000', RATE_LIMIT_HOLDS_PER_ADDRESS: '10000' }

let disk: Disk
let demo: Demo
let run: RunFile
let bookings: Bookings
let searches: Callers
/** How often each address was told of its booking. */
const told = new Map<string, number>()

beforeAll(async () => {
  disk = smallDisk(diskMegabytes)
  demo = new Demo(join(disk.dir, 'data'), settings)
  await demo.start()
  run = JSON.parse(readFileSync(join(demo.dir, 'run.json'), 'utf8'))
  expect(run.temporal, 'the messages need Temporal').not.toBeNull()
  bookings = await Bookings.among(run.web, wishes)
  bookings.start(visitors, pauseMs)
  searches = callers(`${run.web}/api/v1/listings?near=02139&limit=5`, { count: 2, pauseMs: 250 })
}, 900_000)

afterAll(async () => {
  await Promise.all([bookings?.stop(), searches?.stop()])
  await demo?.stop()
  disk?.remove()
}, 120_000)

const isReady = async (): Promise<boolean> => {
  const answer = await fetch(`${run.web}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
  return answer?.ok === true && ((await answer.json()) as { status: string }).status === 'up'
}

/** Takes the mails out of the catcher and counts them by address. */
async function collectMails(): Promise<void> {
  const mails = (await (await fetch(`${run.mail}/messages?limit=2000`)).json()) as CaughtMail[]
  for (const { to, id } of mails) seen.set(id, to.join())
  told.clear()
  for (const to of seen.values()) told.set(to, (told.get(to) ?? 0) + 1)
}
const seen = new Map<string, string>()

async function until(what: string, since: number, isSo: () => boolean | Promise<boolean>): Promise<number> {
  while (!(await isSo())) {
    if (performance.now() - since > 2 * healLimitMs) throw new Error(`${what}: not within two minutes`)
    await sleep(200)
  }
  return Math.round(performance.now() - since)
}

/** Waits until everyone who has booked was told; how long that took. */
function untilTold(since: number): Promise<number> {
  const booked = bookings.acknowledged.map(({ email }) => email)
  return until('all are told', since, async () => {
    await collectMails().catch(() => undefined)
    return booked.every((email) => told.has(email))
  })
}

/** Waits until bookings succeed, /readyz is up and everyone who booked before was told; how long each took. */
async function untilHealed(since: number): Promise<{ books: number; ready: number; tells: number }> {
  const [books, ready, tells] = await Promise.all([
    until('bookings succeed', since, () => bookings.firstSuccessAfter(since) !== undefined),
    until('/readyz is up', since, isReady),
    untilTold(since),
  ])
  return { books, ready, tells }
}

/** Lets the fault last for `lastsMs`, then waits until all is well. A kill is over at once. */
async function withstand(name: string, lastsMs: number, begin: () => Promise<Fault>): Promise<void> {
  await untilHealed(performance.now())
  const fault = await begin()
  await sleep(lastsMs)
  await fault.end()
  const ended = performance.now()
  const times = await untilHealed(ended)
  // Two seconds for Postgres to be there again; from then on a search is as quick as ever.
  await sleep(searchesMs)
  const search = searches.slowestSince(ended + searchesMs / 2)
  const told = Object.entries(times).map(([what, ms]) => `${what} ${ms} ms`)
  process.stdout.write(`${name}: ${told.join(', ')}, slowest search ${search} ms\n`)
  expect(search, 'a search after the fault').toBeLessThan(searchLimitMs)
  expect(Math.max(...Object.values(times)), name).toBeLessThan(healLimitMs)
  expect(bookings.wrong).toEqual([])
}

test.each(parts)('%s is killed', (part) => withstand(`${part} killed`, 0, () => kill(demo.dir, part)))
test.each(parts)('%s is frozen', (part) => withstand(`${part} frozen`, faultMs, () => freeze(demo.dir, part)))
test.each(parts)('%s is starved', (part) => withstand(`${part} starved`, faultMs, () => starve(demo.dir, part)))
test('the disk is full: writing answers 503 meanwhile', async () => {
  const from = bookings.calls.length
  await withstand('disk full', faultMs, async () => {
    const fault = await disk.fill()
    await useUpTheLog()
    return fault
  })
  expect(bookings.calls.slice(from).filter(({ status }) => status === 503).length).toBeGreaterThan(0)
})

/** Writes into each segment of Postgres's log that is there already, until one more cannot be made. */
async function useUpTheLog(): Promise<void> {
  for (let segments = 0; segments < mostSegments; segments += 1) {
    const write = asSuperuser(
      demo.dir,
      (sql) => sql`select pg_logical_emit_message(true, 'fault', 'x'), pg_switch_wal()`,
    )
    const written = await write.catch(() => undefined)
    if (!written) return
  }
  throw new Error('the log did not fill')
}

test('a restart of the web refuses no call', async () => {
  const [old] = pidsOf(demo.dir, 'web')
  const from = bookings.calls.length
  const calling = callers(`${run.web}/healthz`)
  demo.restart()
  await until('a new web', performance.now(), () => pidsOf(demo.dir, 'web')[0] !== old && !existsSync(`/proc/${old}`))
  await calling.stop()
  process.stdout.write(`restart: ${calling.answered} calls answered, ${calling.failed.length} failed\n`)
  expect(calling.failed).toEqual([])
  expect(bookings.calls.slice(from).filter(({ status }) => status === 0)).toEqual([])
})

test('a kill of the web fails only the calls that it had accepted', async () => {
  await untilHealed(performance.now())
  const from = bookings.calls.length
  const calling = callers(`${run.web}/healthz`)
  await sleep(1_000)
  await kill(demo.dir, 'web')
  await untilHealed(performance.now())
  await calling.stop()
  const booking = bookings.calls.slice(from).flatMap(({ status, cause }) => (status === 0 ? [cause] : []))
  process.stdout.write(`kill: ${calling.answered} calls answered, ${calling.failed.length} failed\n`)
  expect([...calling.failed, ...booking].filter((cause) => cause.includes('ECONNREFUSED'))).toEqual([])
  expect(calling.failed.length).toBeLessThanOrEqual(8)
  expect(booking.length).toBeLessThanOrEqual(visitors)
})

test('a web that runs and does not answer is replaced within a minute, and nothing of it is left', async () => {
  await untilHealed(performance.now())
  const [old = 0] = pidsOf(demo.dir, 'web')
  const begun = performance.now()
  await freeze(demo.dir, 'web')
  const booked = await until('bookings succeed', begun, () => bookings.firstSuccessAfter(begun + freshMs) !== undefined)
  const ended = await until('the old web is gone', begun, () => !isAlive(old))
  process.stdout.write(`web hangs: books again after ${booked} ms, the old one gone after ${ended} ms\n`)
  expect(Math.max(booked, ended)).toBeLessThan(healLimitMs)
  await untilHealed(performance.now())
  expect(liveOnes('web')).toHaveLength(1)
  expect(bookings.wrong).toEqual([])
})

test('two restarts at once end with one web and one worker, both new', async () => {
  const old = ['web', 'worker'].flatMap(liveOnes)
  const script = join(import.meta.dirname, '../../restart.ts')
  const restart = () => promisify(execFile)(process.execPath, [script], { env: testEnv({ MEDLEY_DATA_DIR: demo.dir }) })
  const first = restart()
  await sleep(400)
  await Promise.all([first, restart()])
  await untilHealed(performance.now())
  for (const part of ['web', 'worker']) {
    expect(liveOnes(part), part).toHaveLength(1)
    expect(old).not.toContain(liveOnes(part)[0])
  }
  expect(bookings.wrong).toEqual([])
})

/** The live processes that the supervisor has started under this name. */
function liveOnes(part: string): number[] {
  const written = JSON.parse(readFileSync(join(demo.dir, 'processes.json'), 'utf8')) as { name: string; pid: number }[]
  return written.filter(({ name, pid }) => name === part && isAlive(pid)).map(({ pid }) => pid)
}

test('what was acknowledged is there once, holds its time alone and was told once', async () => {
  await untilHealed(performance.now())
  await bookings.stop()
  await untilTold(performance.now())
  const ids = bookings.acknowledged.map(({ id }) => id)
  expect(ids.length).toBeGreaterThan(200)
  expect(new Set(ids).size).toBe(ids.length)
  const [counts] = await asSuperuser(
    demo.dir,
    (sql) => sql`
    select (select count(*)::int from appointment where id = any (${ids}) and status = 'booked') as booked,
      (select count(*)::int from patient where email like 'fault-%') as charts,
      (select count(*)::int from occupancy where appointment_id = any (${ids}) and kind = 'booked') as times,
      (select count(*)::int from message where appointment_id = any (${ids}) and kind = 'booked' and status = 'sent') as sent,
      (select count(*)::int from outbox where dead_at is not null) as dead,
      (select count(*)::int from occupancy a join occupancy b on a.resource_id = b.resource_id and a.during && b.during
        and a.appointment_id < b.appointment_id) as overlaps`,
  )
  const n = ids.length
  expect(counts).toEqual({ booked: n, charts: n, times: n, sent: n, dead: 0, overlaps: 0 })
  expect([...told.values()].filter((count) => count !== 1)).toEqual([])
  expect(bookings.wrong).toEqual([])
})
