import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import {
  dateLabel,
  dayLabel,
  daysBetween,
  durationLabel,
  isRepeated,
  localDate,
  nearDayLabel,
  offsetMinutes,
  plusDays,
  sameClock,
  shortDayLabel,
  timeLabel,
  whenLabel,
  zoneLabel,
} from './time.ts'

const at = (iso: string) => new Date(iso)

describe('an instant told in its zone', () => {
  test.each([
    ['America/Denver', '2026-11-24T21:20Z', 'Tuesday 24 November, 14:20 Mountain Time'],
    ['America/Boise', '2026-11-24T21:20Z', 'Tuesday 24 November, 14:20 Mountain Time'],
    ['America/Phoenix', '2026-07-01T16:05Z', 'Wednesday 1 July, 09:05 Mountain Standard Time'],
    ['America/New_York', '2027-01-01T04:59Z', 'Thursday 31 December, 23:59 Eastern Time'],
    ['Australia/Lord_Howe', '2026-11-24T21:20Z', 'Wednesday 25 November, 08:20 Lord Howe Time'],
    ['Asia/Kathmandu', '2026-11-24T21:20Z', 'Wednesday 25 November, 03:05 Nepal Time'],
    ['Pacific/Guam', '2026-11-24T21:20Z', 'Wednesday 25 November, 07:20 Chamorro Standard Time'],
    ['America/Puerto_Rico', '2026-11-24T21:20Z', 'Tuesday 24 November, 17:20 Atlantic Standard Time'],
  ])('%s at %s is %s', (zone, iso, words) => {
    expect(whenLabel(at(iso), zone, 'en')).toBe(words)
  })

  test('midnight is 00:00, not 24:00', () => {
    expect(timeLabel(at('2026-11-24T07:00Z'), 'America/Denver', 'en')).toBe('00:00')
    expect(localDate(at('2026-11-24T07:00Z'), 'America/Denver')).toBe('2026-11-24')
    expect(localDate(at('2026-11-24T06:59:59.999Z'), 'America/Denver')).toBe('2026-11-23')
  })

  test('Spanish has its own order', () => {
    const instant = at('2026-11-24T21:20Z')
    expect(dayLabel(instant, 'America/Denver', 'es')).toBe('martes 24 de noviembre')
    expect(dayLabel(instant, 'America/Denver', 'es', { year: true })).toBe('martes 24 de noviembre de 2026')
    expect(shortDayLabel(instant, 'America/Denver', 'es')).toBe('mar 24 nov')
    expect(zoneLabel(instant, 'America/Denver', 'es')).toBe('hora de las Montañas Rocosas')
  })

  test('the year is said when asked for', () => {
    expect(whenLabel(at('2027-01-05T16:00Z'), 'America/Denver', 'en', { year: true })).toBe(
      'Tuesday 5 January 2027, 09:00 Mountain Time',
    )
  })

  test('an unknown zone throws', () => {
    expect(() => whenLabel(at('2026-11-24T21:20Z'), 'America/Nowhere', 'en')).toThrow(RangeError)
  })
})

describe('offsets are remembered by the quarter of an hour', () => {
  test.each([
    ['America/New_York', '2026-11-01T06:00Z', -240, -300],
    ['America/New_York', '2026-03-08T07:00Z', -300, -240],
    ['Australia/Lord_Howe', '2026-04-04T15:00Z', 660, 630],
    ['Africa/Casablanca', '2026-02-15T02:00Z', 60, 0],
    ['Pacific/Chatham', '2026-09-26T14:00Z', 765, 825],
  ])('in %s the clock changes at %s, not before', (zone, iso, before, after) => {
    const change = at(iso).getTime()
    expect(offsetMinutes(new Date(change - 1), zone)).toBe(before)
    expect(offsetMinutes(new Date(change), zone)).toBe(after)
    expect(offsetMinutes(new Date(change + 899_999), zone)).toBe(after)
    expect(offsetMinutes(new Date(change - 900_000), zone)).toBe(before)
  })

  test('every offset of 1972 to 2037 holds for its whole quarter, in the zones that change most', () => {
    const zones = ['Australia/Lord_Howe', 'Africa/Casablanca', 'America/Caracas', 'Asia/Pyongyang', 'Asia/Kathmandu']
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: Date.UTC(1972, 6) / 900_000, max: Date.UTC(2037, 0) / 900_000 }),
        fc.integer({ min: 0, max: 899_999 }),
        (zone, quarter, into) => {
          const instant = new Date(quarter * 900_000 + into)
          offsetMinutes(new Date(quarter * 900_000), zone)
          const wall = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone)
          expect(offsetMinutes(instant, zone)).toBe(Math.round(wall.offsetNanoseconds / 60e9))
        },
      ),
    )
  })
})

describe('the hour that comes twice', () => {
  test.each([
    ['America/Denver', '2026-11-01T07:30Z', '01:30 MDT', 'Sunday 1 November, 01:30 Mountain Daylight Time'],
    ['America/Denver', '2026-11-01T08:30Z', '01:30 MST', 'Sunday 1 November, 01:30 Mountain Standard Time'],
    ['America/Boise', '2026-11-01T07:00Z', '01:00 MDT', 'Sunday 1 November, 01:00 Mountain Daylight Time'],
    ['Australia/Lord_Howe', '2026-04-04T14:45Z', '01:45 GMT+11', 'Sunday 5 April, 01:45 Lord Howe Daylight Time'],
    ['Australia/Lord_Howe', '2026-04-04T15:15Z', '01:45 GMT+10:30', 'Sunday 5 April, 01:45 Lord Howe Standard Time'],
  ])('%s at %s says which: %s', (zone, iso, clock, words) => {
    expect(timeLabel(at(iso), zone, 'en')).toBe(clock)
    expect(whenLabel(at(iso), zone, 'en')).toBe(words)
  })

  test.each([
    ['America/Denver', '2026-11-01T06:59Z'],
    ['America/Denver', '2026-11-01T09:00Z'],
    ['America/Denver', '2026-03-08T09:30Z'],
    ['America/Phoenix', '2026-11-01T08:30Z'],
    ['Asia/Kathmandu', '2026-11-01T08:30Z'],
    ['Pacific/Guam', '2026-11-01T08:30Z'],
    ['Australia/Lord_Howe', '2026-04-04T14:29Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:30Z'],
  ])('%s at %s is not in it', (zone, iso) => {
    expect(isRepeated(at(iso), zone)).toBe(false)
  })

  test('over a whole year only the minutes of the fold repeat', () => {
    const repeated = (zone: string) => {
      let minutes = 0
      for (let t = Date.UTC(2026, 0, 1); t < Date.UTC(2027, 0, 1); t += 15 * 60_000)
        if (isRepeated(new Date(t), zone)) minutes += 15
      return minutes
    }
    expect(repeated('America/Boise')).toBe(120)
    expect(repeated('Australia/Lord_Howe')).toBe(60)
    expect(repeated('America/Phoenix')).toBe(0)
  })
})

describe('clocks', () => {
  test('offsets follow summer time, halves and quarters', () => {
    expect(offsetMinutes(at('2026-07-01T00:00Z'), 'America/Boise')).toBe(-360)
    expect(offsetMinutes(at('2026-12-01T00:00Z'), 'America/Boise')).toBe(-420)
    expect(offsetMinutes(at('2026-07-01T00:00Z'), 'Australia/Lord_Howe')).toBe(630)
    expect(offsetMinutes(at('2026-07-01T00:00:59.999Z'), 'Asia/Kathmandu')).toBe(345)
  })

  test('Phoenix agrees with Denver in winter only', () => {
    expect(sameClock(at('2026-12-01T00:00Z'), 'America/Phoenix', 'America/Denver')).toBe(true)
    expect(sameClock(at('2026-07-01T00:00Z'), 'America/Phoenix', 'America/Denver')).toBe(false)
  })
})

describe('days', () => {
  const now = at('2026-11-24T21:20Z')

  test('today and tomorrow are counted in the zone of the clinic', () => {
    expect(nearDayLabel(at('2026-11-25T06:59Z'), 'America/Denver', 'en', now)).toBe('Today')
    expect(nearDayLabel(at('2026-11-25T07:00Z'), 'America/Denver', 'en', now)).toBe('Tomorrow')
    expect(nearDayLabel(at('2026-11-26T07:00Z'), 'America/Denver', 'en', now)).toBe('Thu 26 Nov')
    expect(nearDayLabel(at('2026-11-24T06:59Z'), 'America/Denver', 'en', now)).toBe('Mon 23 Nov')
    expect(nearDayLabel(at('2026-11-25T07:00Z'), 'America/Denver', 'es', now)).toBe('Mañana')
  })

  test('days between local dates ignore the hours lost and won', () => {
    expect(daysBetween('2026-03-07', '2026-03-09')).toBe(2)
    expect(daysBetween('2026-11-01', '2026-10-31')).toBe(-1)
    expect(plusDays('2028-02-28', 2)).toBe('2028-03-01')
    expect(plusDays('2027-01-01', -1)).toBe('2026-12-31')
  })

  test('a plain date is said in full', () => {
    expect(dateLabel('1980-01-02', 'en')).toBe('2 January 1980')
    expect(dateLabel('1980-01-02', 'es')).toBe('2 de enero de 1980')
  })

  test('durations in words', () => {
    expect([1, 15, 60, 90, 121].map((minutes) => durationLabel(minutes, 'en'))).toEqual([
      '1 minute',
      '15 minutes',
      '1 hour',
      '1 hour 30 minutes',
      '2 hours 1 minute',
    ])
  })
})
