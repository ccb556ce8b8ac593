// Not a verb: pure, the clocks of a zone as iCalendar wants them.
import { Temporal } from 'temporal-polyfill'

type Transition = { wall: Temporal.PlainDateTime; from: number; to: number; name: string }

const minuteNs = 60_000_000_000
const offsetMinutes = (at: Temporal.ZonedDateTime): number => at.offsetNanoseconds / minuteNs

/** '-0700' */
function offset(minutes: number): string {
  const size = Math.abs(minutes)
  const pair = (value: number): string => String(value).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${pair(Math.floor(size / 60))}${pair(size % 60)}`
}

/** 'MST', or where the zone has no letters of its own 'GMT+10:30'. */
const abbreviation = (at: Temporal.ZonedDateTime): string =>
  new Intl.DateTimeFormat('en-US', { timeZone: at.timeZoneId, timeZoneName: 'short' })
    .formatToParts(at.epochMilliseconds)
    .find(({ type }) => type === 'timeZoneName')?.value ?? at.offset

const basic = (wall: Temporal.PlainDateTime): string =>
  wall.toString({ smallestUnit: 'second' }).replaceAll(/[-:]/g, '')

/** The change of the clocks that begins at `at`; its wall time is told by the clock before it (RFC 5545, 3.6.5). */
function transition(at: Temporal.ZonedDateTime): Transition {
  const before = at.subtract({ nanoseconds: 1 })
  const wall = at.toInstant().toZonedDateTimeISO('UTC').toPlainDateTime().add({ nanoseconds: before.offsetNanoseconds })
  return { wall, from: offsetMinutes(before), to: offsetMinutes(at), name: abbreviation(at) }
}

/** The last change at or before `start`, and those up to a day after `end`; none where the clocks never change. */
function transitionsAround(zone: string, start: Date, end: Date): Transition[] {
  const first = Temporal.Instant.fromEpochMilliseconds(start.getTime()).toZonedDateTimeISO(zone)
  const last = Temporal.Instant.fromEpochMilliseconds(end.getTime()).toZonedDateTimeISO(zone).add({ days: 1 })
  const found: Temporal.ZonedDateTime[] = []
  const earlier = first.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')
  if (earlier) found.push(earlier)
  for (let at = first.getTimeZoneTransition('next'); at && Temporal.ZonedDateTime.compare(at, last) <= 0; ) {
    found.push(at)
    at = at.getTimeZoneTransition('next')
  }
  return found.map(transition)
}

/**
 * A VTIMEZONE (RFC 5545) that is right for instants from `start` to a day after `end`: each change of the clocks as its own
 * observance, without rules, so that no reader has to know the zone. Lines end with CRLF. An unknown zone throws RangeError.
 */
export function vtimezone(zone: string, start: Date, end: Date): string {
  const changes = transitionsAround(zone, start, end)
  const first = Temporal.Instant.fromEpochMilliseconds(start.getTime()).toZonedDateTimeISO(zone)
  const still: Transition = {
    wall: Temporal.PlainDateTime.from('1970-01-01T00:00'),
    from: offsetMinutes(first),
    to: offsetMinutes(first),
    name: abbreviation(first),
  }
  const observances = (changes.length > 0 ? changes : [still]).flatMap(({ wall, from, to, name }) => {
    const kind = to > from ? 'DAYLIGHT' : 'STANDARD'
    return [
      `BEGIN:${kind}`,
      `DTSTART:${basic(wall)}`,
      `TZOFFSETFROM:${offset(from)}`,
      `TZOFFSETTO:${offset(to)}`,
      `TZNAME:${name}`,
      `END:${kind}`,
    ]
  })
  return ['BEGIN:VTIMEZONE', `TZID:${zone}`, ...observances, 'END:VTIMEZONE', ''].join('\r\n')
}
