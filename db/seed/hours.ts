import { plusDays } from '#lib/time.ts'
import type { Random } from './random.ts'
import type { FacilityKind } from './source.ts'

/** Minutes from local midnight; `weekday` 1 is Monday. */
export type Shift = { weekday: number; startsAt: number; endsAt: number }

/** When a location opens, as its people keep to it. */
export type OpeningHabits = {
  kind: FacilityKind
  opens: number
  closes: number
  lunch: readonly [number, number] | null
  saturday: boolean
  evening: number | null
}

const hour = 60

/** What a location keeps to: urgent care 8 to 8 each day, primary care office hours, some with an evening or a Saturday. */
export function openingHabits(random: Random, kind: FacilityKind): OpeningHabits {
  if (kind === 'urgent-care') {
    const opens = random.pick([7 * hour, 8 * hour, 8 * hour, 9 * hour])
    return { kind, opens, closes: opens + 12 * hour, lunch: null, saturday: true, evening: null }
  }
  const noon = random.pick([12 * hour, 12 * hour, 12.5 * hour, 13 * hour])
  return {
    kind,
    opens: random.pick([7.5 * hour, 8 * hour, 8 * hour, 8.5 * hour, 9 * hour]),
    closes: random.pick([16 * hour, 16.5 * hour, 17 * hour, 17 * hour, 17.5 * hour]),
    lunch: random.chance(0.75) ? [noon, noon + random.pick([30, 45, 60, 60])] : null,
    saturday: random.chance(0.25),
    evening: random.chance(0.3) ? random.whole(1, 4) : null,
  }
}

/** One day from `startsAt` to `endsAt`, with the lunch break cut out. */
function dayOf(weekday: number, startsAt: number, endsAt: number, lunch: OpeningHabits['lunch']): Shift[] {
  if (!lunch || lunch[0] <= startsAt || lunch[1] >= endsAt) return [{ weekday, startsAt, endsAt }]
  return [
    { weekday, startsAt, endsAt: lunch[0] },
    { weekday, startsAt: lunch[1], endsAt },
  ]
}

const byWeekday = (one: Shift, other: Shift): number => one.weekday - other.weekday || one.startsAt - other.startsAt

/** The weekly hours of one practitioner: full days, a part-timer's two or three, or half days. Sorted, never overlapping. */
export function practitionerHours(random: Random, habits: OpeningHabits): Shift[] {
  if (habits.kind === 'urgent-care') {
    const days = random.some([1, 2, 3, 4, 5, 6, 7], random.whole(3, 4))
    return days.map((weekday) => ({ weekday, startsAt: habits.opens, endsAt: habits.closes })).sort(byWeekday)
  }
  const weekdays = [1, 2, 3, 4, 5]
  const manner = random.weighted([
    ['full', 55],
    ['part', 33],
    ['half', 12],
  ] as const)
  const count = { full: random.chance(0.4) ? 4 : 5, part: random.whole(2, 3), half: random.whole(3, 5) }[manner]
  const middle = habits.lunch?.[0] ?? 12.5 * hour
  const morning = random.chance(0.5)
  const shifts = random.some(weekdays, count).flatMap((weekday) => {
    if (manner === 'half')
      return morning
        ? [{ weekday, startsAt: habits.opens, endsAt: middle }]
        : [{ weekday, startsAt: habits.lunch?.[1] ?? middle, endsAt: habits.closes }]
    if (weekday === habits.evening) return dayOf(weekday, 11 * hour, 19.5 * hour, [15 * hour, 15.5 * hour])
    return dayOf(weekday, habits.opens, habits.closes, habits.lunch)
  })
  if (habits.saturday && random.chance(0.35)) shifts.push({ weekday: 6, startsAt: 9 * hour, endsAt: 13 * hour })
  return shifts.sort(byWeekday)
}

/** Every day that the location opens, without a break: what its own walk-in room keeps. */
export const roomHours = (habits: OpeningHabits): Shift[] =>
  [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startsAt: habits.opens, endsAt: habits.closes }))

/** Splits a week between two places: each weekday's hours go to the one or the other. */
export function splitWeek(shifts: readonly Shift[]): [Shift[], Shift[]] {
  const days = [...new Set(shifts.map((shift) => shift.weekday))]
  const first = new Set(days.slice(0, Math.ceil(days.length / 2)))
  return [shifts.filter((shift) => first.has(shift.weekday)), shifts.filter((shift) => !first.has(shift.weekday))]
}

/** 'HH:MM' of minutes from midnight. */
export const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** The day of month of the `nth` (from 1, or -1 for the last) `weekday` (0 is Sunday) of a month (1 to 12). */
function nthWeekday(year: number, month: number, weekday: number, nth: number): number {
  const first = (weekday - new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 7) % 7
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const all = Array.from({ length: 5 }, (_, week) => 1 + first + 7 * week).filter((day) => day <= days)
  return all.at(nth < 0 ? nth : nth - 1) ?? 1
}

/** The public holidays on which clinics close, from `from` for `days` days, as local dates with their names. */
export function holidays(from: string, days: number): { date: string; name: string }[] {
  const until = plusDays(from, days)
  const year = Number(from.slice(0, 4))
  const text = (y: number, month: number, day: number): string =>
    `${y}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
  return [year, year + 1]
    .flatMap((y) => [
      { date: text(y, 1, 1), name: "New Year's Day" },
      { date: text(y, 5, nthWeekday(y, 5, 1, -1)), name: 'Memorial Day' },
      { date: text(y, 7, 4), name: 'Independence Day' },
      { date: text(y, 9, nthWeekday(y, 9, 1, 1)), name: 'Labor Day' },
      { date: text(y, 11, nthWeekday(y, 11, 4, 4)), name: 'Thanksgiving' },
      { date: text(y, 12, 25), name: 'Christmas Day' },
    ])
    .filter((holiday) => holiday.date >= from && holiday.date < until)
}
