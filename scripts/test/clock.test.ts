import { describe, expect, test } from 'vitest'
import { instants, instantsAt } from './clock.ts'

const clockOf = (at: Date, zone: string) =>
  at.toLocaleString('sv', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })

describe('the instants of the suite', () => {
  const utc = instants.map(({ startsAt }) => clockOf(startsAt, 'UTC'))

  test.each(['00:05', '06:30', '12:30', '18:30'])('one is at %s UTC', (time) => {
    expect(utc.some((clock) => clock.endsWith(time))).toBe(true)
  })

  test('one lies right before each change: of the year, of New York’s clocks both ways, and of a 29 February', () => {
    const soon = (zone: string, clock: string) =>
      instants.some(({ startsAt }) => clockOf(new Date(startsAt.getTime() + 120_000), zone) === clock)
    expect(soon('UTC', '2027-01-01 00:00')).toBe(true)
    expect(soon('America/New_York', '2027-01-01 00:00')).toBe(true)
    expect(soon('America/New_York', '2027-03-14 03:00')).toBe(true)
    expect(soon('America/New_York', '2026-11-01 01:00')).toBe(true)
    expect(soon('UTC', '2028-03-01 00:00')).toBe(true)
    expect(utc.filter((clock) => clock.startsWith('2028-02-29'))).toHaveLength(2)
  })
})

describe('what --at names', () => {
  test('today is one by the day of the year, so that as many days as there are instants use each once', () => {
    const day = (n: number) => instantsAt('today', new Date(Date.UTC(2026, 10, n, 23, 59)))
    expect(day(3)).toHaveLength(1)
    expect(day(3)).toEqual(instantsAt('today', new Date('2026-11-03T00:00Z')))
    expect(new Set(instants.flatMap((_, index) => day(index + 1)))).toEqual(new Set(instants))
  })

  test('an instant of one’s own, with its offset', () => {
    expect(instantsAt('2026-12-31T23:58-05:00', new Date())).toMatchObject([
      { startsAt: new Date('2027-01-01T04:58Z') },
    ])
    for (const vague of ['', 'tomorrow', '2026-12-31', '2026-12-31T23:58', '23:58Z'])
      expect(() => instantsAt(vague, new Date())).toThrow('--at takes')
  })
})
