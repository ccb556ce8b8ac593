import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  dueAfter,
  isQuiet,
  type MessageKind,
  messageKinds,
  mustReach,
  type NotifiedVisit,
  nextReminder,
  outsideQuietHours,
  reminders,
  type Settled,
  tellableReason,
} from './rules.ts'

const hour = 3_600_000
const visit = (change: Partial<NotifiedVisit> = {}): NotifiedVisit => ({
  id: 'v',
  status: 'booked',
  cancelledBy: null,
  startsAt: new Date('2026-11-24T21:20Z'),
  timeZone: 'America/Denver',
  sequence: 0,
  linkVersion: 1,
  timeSetAt: new Date('2026-11-01T12:00Z'),
  timeSetBy: 'guest',
  ...change,
})
const at = (iso: string) => new Date(iso)
const now = at('2026-11-02T12:00Z')
const told = (kind: MessageKind, key: string, sequence = 0): Settled => ({ kind, key, sequence })

describe('what some news calls for', () => {
  test.each([
    ['booked', {}, 'v:booked:0:1'],
    ['booked', { sequence: 1 }, 'v:booked:1:1'],
    ['moved', { sequence: 1 }, 'v:moved:1:1'],
    ['moved', { status: 'cancelled', sequence: 2 }, undefined],
    ['booked', { status: 'cancelled', sequence: 1 }, undefined],
    ['booked', { startsAt: at('2026-11-02T11:59Z') }, undefined],
    ['booked', { status: 'arrived' }, undefined],
    ['cancelled', { status: 'cancelled', cancelledBy: 'patient', sequence: 1 }, 'v:cancelled_by_patient:1:1'],
    ['cancelled', { status: 'cancelled', cancelledBy: 'clinic', sequence: 1 }, 'v:cancelled_by_clinic:1:1'],
    ['address_corrected', { linkVersion: 2 }, 'v:booked:0:2'],
    [
      'address_corrected',
      { linkVersion: 3, status: 'cancelled', cancelledBy: 'clinic', sequence: 1 },
      'v:cancelled_by_clinic:1:3',
    ],
    ['link_wanted', { linkVersion: 4 }, 'v:link_renewed:0:4'],
  ] as const)('%s, the visit being %o: %s', (news, change, key) => {
    expect(dueAfter(news, visit(change), [], now)?.key).toBe(key)
  })

  test('a move is not told again by the news that waited before it', () => {
    expect(dueAfter('moved', visit({ sequence: 1 }), [told('booked', 'v:booked:1:1', 1)], now)).toBeUndefined()
    expect(dueAfter('moved', visit({ sequence: 1 }), [told('booked', 'v:booked:0:1', 0)], now)?.kind).toBe('moved')
  })

  test('a reminder or a new link does not count as having been told', () => {
    const settled = [told('reminder_3_days', 'v:reminder_3_days:1', 1), told('link_renewed', 'v:link_renewed:1:1', 1)]
    expect(dueAfter('moved', visit({ sequence: 1 }), settled, now)?.kind).toBe('moved')
  })

  test('a cancellation is told once, whatever becomes of the link', () => {
    const cancelled = visit({ status: 'cancelled', cancelledBy: 'clinic', sequence: 1, linkVersion: 2 })
    const settled = [told('cancelled_by_clinic', 'v:cancelled_by_clinic:1:1', 1)]
    expect(dueAfter('cancelled', cancelled, settled, now)).toBeUndefined()
    expect(dueAfter('address_corrected', cancelled, settled, now)?.key).toBe('v:cancelled_by_clinic:1:2')
  })

  test('an address that was corrected before anything was sent gets one message', () => {
    const corrected = visit({ linkVersion: 2 })
    const settled = [told('booked', 'v:booked:0:2')]
    expect(dueAfter('booked', corrected, [], now)?.key).toBe('v:booked:0:2')
    expect(dueAfter('address_corrected', corrected, settled, now)).toBeUndefined()
  })
})

describe('quiet hours', () => {
  const startsAt = at('2026-11-28T17:00Z')
  test.each([
    ['21:00 is quiet: 8:00 after', '2026-11-25T04:00Z', startsAt, '2026-11-25T15:00Z'],
    ['20:59 is not', '2026-11-25T03:59Z', startsAt, '2026-11-25T03:59Z'],
    ['3:00: 8:00 after', '2026-11-25T10:00Z', startsAt, '2026-11-25T15:00Z'],
    ['7:59: 8:00 after', '2026-11-25T14:59Z', startsAt, '2026-11-25T15:00Z'],
    ['8:00 is not', '2026-11-25T15:00Z', startsAt, '2026-11-25T15:00Z'],
    ['a visit at 10:00 leaves two hours', '2026-11-25T10:00Z', at('2026-11-25T17:00Z'), '2026-11-25T15:00Z'],
    ['a visit at 9:59 does not: 20:59 before', '2026-11-25T10:00Z', at('2026-11-25T16:59Z'), '2026-11-25T03:59Z'],
    ['22:30 for 9:00: 20:59 the same evening', '2026-11-25T05:30Z', at('2026-11-25T16:00Z'), '2026-11-25T03:59Z'],
  ])('%s', (_, from, start, to) => {
    expect(outsideQuietHours(at(from), start, 'America/Denver').toISOString()).toBe(at(to).toISOString())
  })
})

describe('reminders', () => {
  const plan = (change: Partial<NotifiedVisit>) =>
    reminders(visit(change)).map((reminder) => [reminder.kind, reminder.at.toISOString()])

  test('3 days and 24 hours before', () => {
    expect(plan({})).toEqual([
      ['reminder_3_days', '2026-11-21T21:20:00.000Z'],
      ['reminder_24_hours', '2026-11-23T21:20:00.000Z'],
    ])
  })

  test('a visit at 7:30 is told of at 8:00', () => {
    expect(plan({ startsAt: at('2026-11-24T14:30Z') })).toEqual([
      ['reminder_3_days', '2026-11-21T15:00:00.000Z'],
      ['reminder_24_hours', '2026-11-23T15:00:00.000Z'],
    ])
  })

  test('none in the past: a visit booked two days ahead has one, one booked ten hours ahead none', () => {
    expect(plan({ timeSetAt: at('2026-11-22T21:20Z') })).toEqual([['reminder_24_hours', '2026-11-23T21:20:00.000Z']])
    expect(plan({ timeSetAt: at('2026-11-24T11:20Z') })).toEqual([])
  })

  test('over a change of the clocks the hours are hours', () => {
    expect(plan({ startsAt: at('2026-11-01T20:00Z'), timeSetAt: at('2026-10-01T00:00Z') })[1]).toEqual([
      'reminder_24_hours',
      '2026-10-31T20:00:00.000Z',
    ])
  })

  test('a visit far enough ahead has one of every kind that there is', () => {
    const kinds = reminders(visit({ timeSetAt: at('2026-01-01T00:00Z') })).map(({ kind }) => kind)
    expect(kinds.sort()).toEqual(messageKinds.filter((kind) => kind.startsWith('reminder_')).sort())
  })

  test('one that was missed is sent late while it helps, outside the quiet hours, then no more', () => {
    const next = (iso: string, settled: Settled[] = []) => {
      const found = nextReminder(visit(), settled, at(iso))
      return found && [found.kind, found.at.toISOString()]
    }
    expect(next('2026-11-22T18:00Z')).toEqual(['reminder_3_days', '2026-11-22T18:00:00.000Z'])
    expect(next('2026-11-22T06:00Z')).toEqual(['reminder_3_days', '2026-11-22T15:00:00.000Z'])
    expect(next('2026-11-23T21:21Z')).toEqual(['reminder_24_hours', '2026-11-23T21:21:00.000Z'])
    expect(next('2026-11-24T10:00Z')).toEqual(['reminder_24_hours', '2026-11-24T15:00:00.000Z'])
    expect(next('2026-11-24T19:20Z')).toEqual(['reminder_24_hours', '2026-11-24T19:20:00.000Z'])
    expect(next('2026-11-24T19:21Z')).toBeUndefined()
    expect(next('2026-11-22T18:00Z', [told('reminder_3_days', 'v:reminder_3_days:0')])).toEqual([
      'reminder_24_hours',
      '2026-11-23T21:20:00.000Z',
    ])
  })

  test.each(['cancelled', 'arrived', 'fulfilled', 'noshow'])('a visit that is %s has none', (status) => {
    expect(nextReminder(visit({ status }), [], now)).toBeUndefined()
  })
})

describe('for every zone, start and moment of booking', () => {
  const anyVisit = fc
    .record({
      timeZone: fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
      startMinute: fc.integer({ min: 0, max: 2 * 365 * 24 * 60 }),
      aheadMinutes: fc.integer({ min: 1, max: 120 * 24 * 60 }),
    })
    .map(({ timeZone, startMinute, aheadMinutes }) => {
      const startsAt = new Date(Date.UTC(2026, 0, 1) + startMinute * 60_000)
      return visit({ timeZone, startsAt, timeSetAt: new Date(startsAt.getTime() - aheadMinutes * 60_000) })
    })

  test('reminders come in order, after the booking, two hours before the visit or earlier, never in the quiet hours', () => {
    fc.assert(
      fc.property(anyVisit, (it) => {
        const plan = reminders(it)
        const times = plan.map((reminder) => reminder.at.getTime())
        expect(times).toEqual([...times].sort((a, b) => a - b))
        for (const { kind, at: when } of plan) {
          expect(when > it.timeSetAt).toBe(true)
          expect(it.startsAt.getTime() - when.getTime()).toBeGreaterThanOrEqual(2 * hour)
          expect(isQuiet(when, it.timeZone)).toBe(false)
          const nominal = it.startsAt.getTime() - (kind === 'reminder_3_days' ? 72 : 24) * hour
          expect(Math.abs(when.getTime() - nominal)).toBeLessThanOrEqual(13 * hour)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('a worker that sleeps through anything sends each at most once, none quiet, none late, and comes to an end', () => {
    fc.assert(
      fc.property(anyVisit, fc.array(fc.integer({ min: 0, max: 60 * 24 * 60 }), { maxLength: 12 }), (it, naps) => {
        let clock = it.timeSetAt.getTime()
        const sent: Settled[] = []
        for (let turn = 0; ; turn += 1) {
          expect(turn).toBeLessThan(10)
          clock += (naps[turn] ?? 0) * 60_000
          const next = nextReminder(it, sent, new Date(clock))
          if (!next) break
          expect(next.at.getTime()).toBeGreaterThanOrEqual(clock)
          if (next.at.getTime() > clock) {
            clock = next.at.getTime()
            continue
          }
          expect(isQuiet(new Date(clock), it.timeZone)).toBe(false)
          expect(it.startsAt.getTime() - clock).toBeGreaterThanOrEqual(2 * hour)
          sent.push({ ...next, sequence: it.sequence })
        }
        expect(new Set(sent.map(({ kind }) => kind)).size).toBe(sent.length)
      }),
      { numRuns: 2_000 },
    )
  })
})

test('a reason that is not on the list is told as the general one', () => {
  expect(tellableReason('clinic_closed')).toBe('clinic_closed')
  expect(tellableReason('Dr. Who has the flu')).toBe('other')
  expect(tellableReason(null)).toBe('other')
})

test('the clinic hears of a message without an address when the patient cannot know what it says', () => {
  expect(mustReach('cancelled_by_clinic', visit())).toBe(true)
  expect(mustReach('moved', visit({ timeSetBy: 'staff' }))).toBe(true)
  expect(mustReach('moved', visit())).toBe(false)
  expect(mustReach('booked', visit())).toBe(false)
})
