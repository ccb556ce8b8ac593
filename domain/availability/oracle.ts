// Not a verb: a second opinion, for tests.
/**
 * A second opinion on `kernel.free_times`, for tests only: it goes through the minutes one by one on temporal-polyfill
 * and shares no idea with the SQL beyond the words of the rules. Slow on purpose.
 */
import { Temporal } from 'temporal-polyfill'

const minuteMs = 60_000

/** A listing as its rules say it; `startsAt`, `endsAt` are wall time 'HH:MM', '24:00' the end of the day. */
export type World = {
  zone: string
  rules: { weekday: number; startsAt: string; endsAt: string }[]
  overrides: { localDate: string; startsAt?: string; endsAt?: string }[]
  closures: { fromDate: string; untilDate: string }[]
  service: {
    durationMinutes: number
    bufferBeforeMinutes: number
    bufferAfterMinutes: number
    stepMinutes: number
    minimumNoticeMinutes: number
    horizonDays: number
  }
  /** What is taken, whole minutes; with `expiresAt` a hold. `id` is the hold's, the appointment's or the block's. */
  busy: { id: string; startsAt: Date; endsAt: Date; expiresAt?: Date }[]
}

export type Question = { from: Date; to: Date; now: Date; exceptId?: string | null; ignoreBusy?: boolean }

/** Every start in [from, to) that the rules offer at `now`, earliest first. */
export function offeredTimes(world: World, { from, to, now, exceptId, ignoreBusy }: Question): Date[] {
  const { service } = world
  const first = Math.max(from.getTime(), now.getTime() + service.minimumNoticeMinutes * minuteMs)
  const end = Math.min(to.getTime(), now.getTime() + service.horizonDays * 24 * 60 * minuteMs)
  if (first >= end) return []
  const open = openMinutes(world, new Date(first), new Date(end))
  if (!ignoreBusy) {
    for (const taken of world.busy) {
      const isCounted = taken.id !== exceptId && !(taken.expiresAt && taken.expiresAt <= now)
      if (isCounted) for (const minute of minutesOf(taken.startsAt, taken.endsAt)) open.delete(minute)
    }
  }
  const times: Date[] = []
  for (let minute = Math.ceil(first / minuteMs); minute * minuteMs < end; minute += 1) {
    if (fits(minute, service, open) && isOnGrid(minute, world)) times.push(new Date(minute * minuteMs))
  }
  return times
}

/** The minutes since 1970 in which the doors are open on the local dates around [from, to]. */
function openMinutes(world: World, from: Date, to: Date): Set<number> {
  const open = new Set<number>()
  let date = localDate(from, world.zone).subtract({ days: 2 })
  const last = localDate(to, world.zone).add({ days: 2 })
  for (; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    for (const hours of hoursOn(world, date)) {
      for (const minute of minutesOf(wall(date, hours.startsAt, world.zone), wall(date, hours.endsAt, world.zone)))
        open.add(minute)
    }
  }
  return open
}

/** The hours of one local date: none when the place is closed, the override's when there is one, else the week's. */
function hoursOn(world: World, date: Temporal.PlainDate): { startsAt: string; endsAt: string }[] {
  const day = date.toString()
  if (world.closures.some((closure) => closure.fromDate <= day && day <= closure.untilDate)) return []
  const overrides = world.overrides.filter((override) => override.localDate === day)
  if (overrides.length === 0) return world.rules.filter((rule) => rule.weekday === date.dayOfWeek)
  return overrides.flatMap(({ startsAt, endsAt }) => (startsAt && endsAt ? [{ startsAt, endsAt }] : []))
}

/** The later instant at which a clock in `zone` shows this, or, when it never does, as if it had not been changed. */
function wall(date: Temporal.PlainDate, time: string, zone: string): Date {
  const [day, clock] = time === '24:00' ? [date.add({ days: 1 }), '00:00'] : [date, time]
  const at = day.toPlainDateTime(Temporal.PlainTime.from(clock)).toZonedDateTime(zone, { disambiguation: 'later' })
  return new Date(at.epochMilliseconds)
}

function* minutesOf(from: Date, to: Date): Generator<number> {
  for (let minute = from.getTime() / minuteMs; minute < to.getTime() / minuteMs; minute += 1) yield minute
}

function fits(start: number, service: World['service'], open: Set<number>): boolean {
  const end = start + service.durationMinutes + service.bufferAfterMinutes
  for (let minute = start - service.bufferBeforeMinutes; minute < end; minute += 1) if (!open.has(minute)) return false
  return true
}

/** Whether the clock shows a whole number of steps since midnight, and this is the later time at which it shows so. */
function isOnGrid(minute: number, { zone, service }: World): boolean {
  const shown = Temporal.Instant.fromEpochMilliseconds(minute * minuteMs).toZonedDateTimeISO(zone)
  if ((shown.hour * 60 + shown.minute) % service.stepMinutes !== 0) return false
  const later = shown.toPlainDateTime().toZonedDateTime(zone, { disambiguation: 'later' })
  return later.epochMilliseconds === minute * minuteMs
}

const localDate = (instant: Date, zone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone).toPlainDate()

/** The instants within `days` from `now` at which clocks in `zone` change. */
export function changesOf(zone: string, now: Date, days: number): Date[] {
  const end = now.getTime() + days * 24 * 60 * minuteMs
  const changes: Date[] = []
  let at = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone)
  for (;;) {
    const next = at.getTimeZoneTransition('next')
    if (!next || next.epochMilliseconds > end) return changes
    changes.push(new Date(next.epochMilliseconds))
    at = next
  }
}
