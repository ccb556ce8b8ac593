import fc from 'fast-check'
import { expect, test } from 'vitest'
import { offsetMinutes } from '#lib/time.ts'
import { vtimezone } from './zone.ts'

const lines = (zone: string, from: string, to = from) => vtimezone(zone, new Date(from), new Date(to)).split('\r\n')

test('a zone whose clocks change: the change before the visit, told by the clock before it', () => {
  expect(lines('America/Boise', '2026-11-24T21:20Z')).toEqual([
    'BEGIN:VTIMEZONE',
    'TZID:America/Boise',
    'BEGIN:STANDARD',
    'DTSTART:20261101T020000',
    'TZOFFSETFROM:-0600',
    'TZOFFSETTO:-0700',
    'TZNAME:MST',
    'END:STANDARD',
    'END:VTIMEZONE',
    '',
  ])
})

test('a visit on the day of a change has both clocks', () => {
  const text = lines('Australia/Lord_Howe', '2026-10-03T15:00Z', '2026-10-03T15:50Z')
  expect(text.filter((line) => line.startsWith('TZOFFSETTO'))).toEqual(['TZOFFSETTO:+1030', 'TZOFFSETTO:+1100'])
  expect(text).toContain('DTSTART:20261004T020000')
})

test('a zone without changes has one clock', () => {
  expect(lines('Etc/GMT+7', '2026-11-24T21:20Z').filter((line) => line.startsWith('TZOFFSET'))).toEqual([
    'TZOFFSETFROM:-0700',
    'TZOFFSETTO:-0700',
  ])
})

test('an unknown zone throws', () => {
  expect(() => lines('America/Nowhere', '2026-11-24T21:20Z')).toThrow(RangeError)
})

/** Reads a VTIMEZONE as RFC 5545 says: the observance with the latest DTSTART (in its own "from" clock) not after the wall time. */
function offsetBy(text: string, wall: number): number | undefined {
  const minutes = (value = '') =>
    (value.startsWith('-') ? -1 : 1) * (Number(value.slice(1, 3)) * 60 + Number(value.slice(3, 5)))
  return [
    ...text.matchAll(/DTSTART:(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\r\nTZOFFSETFROM:(.*)\r\nTZOFFSETTO:(.*)\r\n/g),
  ]
    .map(([, y, mo, d, h, mi, s, , to]) => ({
      from: Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s)),
      to: minutes(to),
    }))
    .filter(({ from }) => from <= wall)
    .sort((a, b) => a.from - b.from)
    .at(-1)?.to
}

test('in every zone, at every time but the hour that repeats, a reader finds the offset that the clock keeps', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
      fc.integer({ min: 0, max: 4 * 365 * 24 * 4 }),
      (zone, quarter) => {
        const start = new Date(Date.UTC(2026, 0, 1) + quarter * 900_000)
        const end = new Date(start.getTime() + 3_000_000)
        const text = vtimezone(zone, start, end)
        for (const at of [start, end]) {
          const offset = offsetMinutes(at, zone)
          const around = [-3, 3].map((hours) => offsetMinutes(new Date(at.getTime() + hours * 3_600_000), zone))
          if (around.some((other) => other !== offset)) continue
          expect(offsetBy(text, at.getTime() + offset * 60_000)).toBe(offset)
        }
      },
    ),
    { numRuns: 300 },
  )
}, 30_000)
