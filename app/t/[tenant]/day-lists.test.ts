import { expect, test } from 'vitest'
import type { DayBlock, DayListing, DayVisit } from '#domain/booking/day.ts'
import { asQuery, dayWindow, expectedNext, isNamed, onDay, pickDate } from './day-lists.ts'

const listing = (timeZone: string): DayListing => ({
  id: 'one',
  practitioner: 'Dr. One',
  locationId: 'here',
  location: 'Main Street',
  timeZone,
  slug: 'one',
})
const visit = (startsAt: string, minutes = 30, status: DayVisit['status'] = 'booked'): DayVisit => ({
  id: startsAt,
  listingId: 'one',
  startsAt: new Date(startsAt),
  endsAt: new Date(Date.parse(startsAt) + minutes * 60_000),
  status,
  patient: 'Zoë Núñez',
  birthDate: '1980-01-01',
  service: 'Visit',
  phone: null,
  isUnreached: false,
})
const block = (startsAt: string, endsAt: string): DayBlock => ({
  id: startsAt,
  listingId: 'one',
  startsAt: new Date(startsAt),
  endsAt: new Date(endsAt),
  reason: 'Away',
})
const visitsOf = (zone: string, date: string, visits: DayVisit[]) =>
  onDay([listing(zone)], visits, [], date)[0]?.visits.map(({ id }) => id)

test('a visit across midnight stands on the date on which it starts, and only there', () => {
  const late = visit('2026-11-25T04:45:00Z') // 23:45 in New York
  expect(visitsOf('America/New_York', '2026-11-24', [late])).toEqual([late.id])
  expect(visitsOf('America/New_York', '2026-11-25', [late])).toEqual([])
})

test('a block across midnight stands on both dates; one that ends at midnight does not touch the next', () => {
  const on = (date: string, it: DayBlock) => onDay([listing('America/New_York')], [], [it], date)[0]?.blocks.length
  const night = block('2026-11-25T03:00:00Z', '2026-11-25T07:00:00Z')
  expect(['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26'].map((date) => on(date, night))).toEqual([0, 1, 1, 0])
  const evening = block('2026-11-25T03:00:00Z', '2026-11-25T05:00:00Z')
  expect(['2026-11-24', '2026-11-25'].map((date) => on(date, evening))).toEqual([1, 0])
})

test('the day on which clocks go back has 25 hours of visits, the one on which they go forward 23', () => {
  const hourly = (from: string) =>
    Array.from({ length: 72 }, (_, hour) => visit(new Date(Date.parse(from) + hour * 3_600_000).toISOString()))
  expect(visitsOf('America/New_York', '2026-11-01', hourly('2026-10-31T00:00:00Z'))).toHaveLength(25)
  expect(visitsOf('America/New_York', '2027-03-14', hourly('2027-03-13T00:00:00Z'))).toHaveLength(23)
})

test.each(['Pacific/Kiritimati', 'Pacific/Niue', 'Pacific/Guam', 'America/New_York', 'Asia/Kathmandu'])(
  'the window that is read holds the whole local date in %s',
  (zone) => {
    const { from, to } = dayWindow('2026-11-25')
    const quarters = Array.from({ length: 400 }, (_, n) =>
      visit(new Date(Date.parse('2026-11-23T00:00Z') + n * 900_000).toISOString()),
    )
    const read = quarters.filter(({ startsAt }) => startsAt >= from && startsAt < to)
    expect(visitsOf(zone, '2026-11-25', read)).toHaveLength(96)
  },
)

test.each([
  ...[undefined, '', '25-11-2026', '2026-13-45', '2026-02-30', "2026-11-25'--", ['2026-11-25', '2026-11-26']],
  ...['0001-01-01', '1999-12-31', '2200-01-01', '9999-12-31'],
])('a date that is none or that no clinic plans for, %j, is today', (asked) => {
  expect(pickDate(asked, new Date('2026-11-25T04:00:00Z'), 'America/New_York')).toBe('2026-11-24')
})

test.each(['2000-01-01', '2199-12-31'])('%s is a day that can be asked for, with the days beside it', (date) => {
  expect(pickDate(date, new Date(), 'UTC')).toBe(date)
})

test('people are found by parts of their names, whatever the accents and the case', () => {
  expect(['nunez', 'ZOE', 'nuñ zo', 'oë n'].map((q) => isNamed('Zoë Núñez', q))).toEqual([true, true, true, true])
  expect(isNamed('Zoë Núñez', 'zoe smith')).toBe(false)
})

test('next are those booked or here who are not over and start within two hours, earliest first, at most six', () => {
  const moment = new Date('2026-11-25T14:00:00Z')
  const late = visit('2026-11-25T13:45:00Z')
  const here = visit('2026-11-25T13:50:00Z', 30, 'arrived')
  const soon = visit('2026-11-25T16:00:00Z')
  const others = [
    visit('2026-11-25T13:30:00Z'),
    visit('2026-11-25T16:00:01Z'),
    visit('2026-11-25T14:10:00Z', 30, 'cancelled'),
    visit('2026-11-25T13:40:00Z', 60, 'fulfilled'),
  ]
  const of = (visits: DayVisit[]) =>
    expectedNext([{ listing: listing('UTC'), visits, blocks: [] }], moment).map((next) => next.visit.id)
  expect(of([...others, soon, here, late])).toEqual([late.id, here.id, soon.id])
  expect(
    of(Array.from({ length: 20 }, (_, n) => visit(new Date(moment.getTime() + n * 60_000).toISOString()))),
  ).toHaveLength(6)
})

test('the question stands in the address without its empty parts', () => {
  expect(asQuery({ date: '2026-11-25', location: '', practitioner: 'Zoë N' }, { date: '2026-11-26' })).toBe(
    '?date=2026-11-26&practitioner=Zo%C3%AB+N',
  )
  expect(asQuery({})).toBe('')
})
