import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  dueAfter,
  type NotifiedVisit,
  nextReminder,
  type ReminderKind,
  type Settled,
} from '#domain/notification/rules.ts'
import { newId } from '#lib/ids.ts'
import { historyText } from '#scripts/test/history.ts'
import { timeSkippingServer } from '#scripts/test/time-skipping.ts'
import { type BookingNews, bookingId } from './contract.ts'
import { booking } from './workflow.ts'

const taskQueue = 'timers'
const hour = 3_600_000
const histories = join(import.meta.dirname, 'histories')
let environment: TestWorkflowEnvironment

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  const path = timeSkippingServer()
  environment = await TestWorkflowEnvironment.createTimeSkipping(
    path ? { server: { executable: { type: 'existing-path', path } } } : {},
  )
}, 300_000)
afterAll(() => environment.teardown())

type Told = { kind: string; hoursBefore: number }

/**
 * The visit under the test server's clock, which skips months in a second: the real workflow and the real rules; a
 * database and a mail server that keep real time cannot take part, so the visit is kept here.
 */
class SkippedVisit {
  readonly told: Told[] = []
  readonly settled: Settled[] = []
  visit: NotifiedVisit
  /** How often sending fails before it goes through. */
  failures = 0
  /** What a failed sending says. */
  failsWith = 'mail_unavailable'
  /** How long the run took by the server's clock. */
  ranHours = 0

  constructor(visit: NotifiedVisit) {
    this.visit = visit
  }

  #send(due: { kind: Settled['kind']; key: string } | undefined, now: Date): void {
    if (!due) return
    if (this.failures > 0) {
      this.failures -= 1
      throw new Error(this.failsWith)
    }
    this.settled.push({ ...due, sequence: this.visit.sequence })
    this.told.push({ kind: due.kind, hoursBefore: Math.round((this.visit.startsAt.getTime() - now.getTime()) / hour) })
  }

  activities = {
    tell: async (_tenant: string, _id: string, { news }: BookingNews): Promise<void> => {
      const now = await clock()
      this.#send(dueAfter(news, this.visit, this.settled, now), now)
    },
    remind: async (_tenant: string, _id: string, kind: ReminderKind): Promise<void> => {
      const now = await clock()
      const next = nextReminder(this.visit, this.settled, now)
      this.#send(next?.kind === kind && next.at <= now ? next : undefined, now)
    },
    nextReminder: async (): Promise<{ kind: ReminderKind; waitMs: number } | null> => {
      const now = await clock()
      const next = nextReminder(this.visit, this.settled, now)
      return next ? { kind: next.kind, waitMs: next.at.getTime() - now.getTime() } : null
    },
    giveUp: async (_tenant: string, _visit: string, outcome: string): Promise<void> => {
      this.told.push({ kind: `given up: ${outcome}`, hoursBefore: 0 })
    },
  }
}

const clock = async (): Promise<Date> => new Date(await environment.currentTimeMs())

/** A visit at 15:00 in Denver, this many days ahead by the test server's clock. */
async function ahead(days: number): Promise<SkippedVisit> {
  const now = await clock()
  const startsAt = new Date(now.getTime() + days * 24 * hour)
  startsAt.setUTCHours(22, 0, 0, 0)
  return new SkippedVisit({
    ...{
      id: newId(),
      status: 'booked',
      cancelledBy: null,
      startsAt,
      timeZone: 'Etc/GMT+7',
      sequence: 0,
      linkVersion: 1,
    },
    ...{ timeSetAt: now, timeSetBy: 'guest' },
  })
}

type During = (say: (news: BookingNews['news']) => Promise<void>) => Promise<void>

/** Runs the visit's workflow to its end; `during` happens while it waits. Keeps the history under `name` unless there is one. */
async function live(held: SkippedVisit, name: string, during: During = async () => {}): Promise<Told[]> {
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('./workflow.ts', import.meta.url)),
    activities: held.activities,
  })
  await worker.runUntil(async () => {
    const { id } = held.visit
    let count = 0
    const item = (news: BookingNews['news']): BookingNews => {
      count += 1
      return { id: String(count), news, requestId: newId() }
    }
    const handle = await environment.client.workflow.signalWithStart(booking, {
      ...{ taskQueue, workflowId: bookingId(id), args: [{ tenantId: newId(), appointmentId: id }] },
      ...{ signal: 'news', signalArgs: [item('booked')] },
    })
    await during((news) => handle.signal('news', item(news)))
    await handle.result()
    const { startTime, closeTime } = await handle.describe()
    held.ranHours = ((closeTime?.getTime() ?? 0) - startTime.getTime()) / hour
    const file = join(histories, `${name}.history`)
    if (!existsSync(file)) writeFileSync(file, historyText(await handle.fetchHistory()))
  })
  return held.told
}

test('a visit ninety days ahead: told at once, reminded 72 and 24 hours before', async () => {
  expect(await live(await ahead(90), 'booked')).toEqual([
    { kind: 'booked', hoursBefore: expect.any(Number) },
    { kind: 'reminder_3_days', hoursBefore: 72 },
    { kind: 'reminder_24_hours', hoursBefore: 24 },
  ])
})

test('moved while it waits: the reminders of the old time never come, those of the new one do', async () => {
  const held = await ahead(30)
  const told = await live(held, 'moved', async (say) => {
    await environment.sleep(28.5 * 24 * hour)
    const startsAt = new Date(held.visit.startsAt.getTime() + 20 * 24 * hour)
    held.visit = { ...held.visit, startsAt, sequence: 1, timeSetAt: await clock() }
    await say('moved')
  })
  expect(told.map(({ kind, hoursBefore }) => (kind.startsWith('reminder') ? [kind, hoursBefore] : kind))).toEqual([
    'booked',
    ['reminder_3_days', 72],
    'moved',
    ['reminder_3_days', 72],
    ['reminder_24_hours', 24],
  ])
})

test('cancelled while it waits: the timer ends with the visit', async () => {
  const held = await ahead(60)
  const told = await live(held, 'cancelled', async (say) => {
    await environment.sleep(24 * hour)
    held.visit = { ...held.visit, status: 'cancelled', cancelledBy: 'clinic', sequence: 1 }
    await say('cancelled')
  })
  expect(told.map(({ kind }) => kind)).toEqual(['booked', 'cancelled_by_clinic'])
  expect(held.ranHours).toBeGreaterThanOrEqual(24)
  expect(held.ranHours).toBeLessThan(25)
})

test('arrived early, or cancelled behind the workflow’s back: a reminder reads the visit again and is not sent', async () => {
  const held = await ahead(10)
  const told = await live(held, 'arrived', async () => {
    await environment.sleep(24 * hour)
    held.visit = { ...held.visit, status: 'arrived' }
  })
  expect(told.map(({ kind }) => kind)).toEqual(['booked'])
})

test('mail that is down for hours delays a message; down for more than half a day, it is given up and the reminders go on', async () => {
  const late = await ahead(20)
  late.failures = 60
  expect((await live(late, 'mail-late')).map(({ kind }) => kind)).toEqual([
    'booked',
    'reminder_3_days',
    'reminder_24_hours',
  ])
  const never = await ahead(20)
  never.failures = 200
  expect((await live(never, 'mail-down')).map(({ kind }) => kind)).toEqual([
    'given up: mail_down',
    'reminder_3_days',
    'reminder_24_hours',
  ])
  const broken = await ahead(20)
  Object.assign(broken, { failures: 200, failsWith: 'unexpected' })
  expect((await live(broken, 'broken'))[0]?.kind).toBe('given up: unexpected')
})
