/** Instants told in a zone, in words. Pure: the clock, the zone and the locale are arguments. An unknown zone throws RangeError. */

type Part = Intl.DateTimeFormatPartTypes

const hourMs = 3_600_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a format costs a thousand times more than using one, and there are only as many as zones × locales × shapes. */
function format(locale: string, zone: string, shape: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${zone} ${shape}`
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat(locale, {
    ...options,
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
  })
  formats.set(key, made)
  return made
}

const mostRemembered = 10_000
const memory = new Map<string, string>()

/** What `make` gives, from memory when it was made before: a page says the same days and zones many times. */
function remembered(key: string, make: () => string): string {
  const known = memory.get(key)
  if (known !== undefined) return known
  const made = make()
  if (memory.size >= mostRemembered) memory.clear()
  memory.set(key, made)
  return made
}

const partOf = (made: Intl.DateTimeFormat, instant: Date, type: Part): string =>
  made.formatToParts(instant).find((part) => part.type === type)?.value ?? ''

const wall = (zone: string): Intl.DateTimeFormat =>
  format('en-US', zone, 'wall', {
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })

/** Clocks change at whole quarters of an hour in UTC (every rule of the tz database since 1972), so one reading tells its quarter. */
const quarterOf = (instant: Date): number => Math.floor(instant.getTime() / (hourMs / 4))

/** Offsets by zone and quarter; a month has 2,900 quarters. */
const offsets = new Map<string, Map<number, number>>()
const mostQuarters = 10_000

/** The offset from UTC in minutes (east positive) that `zone` keeps at `instant`. */
export function offsetMinutes(instant: Date, zone: string): number {
  const quarter = quarterOf(instant)
  const known = offsets.get(zone)?.get(quarter)
  if (known !== undefined) return known
  const read = readOffset(instant, zone)
  const ofZone = offsets.get(zone) ?? new Map<number, number>()
  if (ofZone.size >= mostQuarters) ofZone.clear()
  offsets.set(zone, ofZone.set(quarter, read))
  return read
}

function readOffset(instant: Date, zone: string): number {
  const part: Partial<Record<Part, number>> = {}
  for (const { type, value } of wall(zone).formatToParts(instant)) part[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
  const shown = Date.UTC(year, month - 1, day, hour, minute, second)
  return Math.round((shown - Math.floor(instant.getTime() / 1000) * 1000) / 60_000)
}

/** The wall time 'YYYY-MM-DDTHH:MM' that a clock in `zone` shows at `instant`. */
const wallTime = (instant: Date, zone: string): string =>
  new Date(instant.getTime() + offsetMinutes(instant, zone) * 60_000).toISOString().slice(0, 16)

/** The calendar day in `zone` at `instant`, 'YYYY-MM-DD'. */
export const localDate = (instant: Date, zone: string): string => wallTime(instant, zone).slice(0, 10)

/** Whether clocks in both zones show the same at `instant`. */
export const sameClock = (instant: Date, zone: string, other: string): boolean =>
  offsetMinutes(instant, zone) === offsetMinutes(instant, other)

/** Whether the wall time of `instant` comes twice in `zone`, because clocks go back around it. */
export function isRepeated(instant: Date, zone: string): boolean {
  const own = offsetMinutes(instant, zone)
  return [-24, 24].some((hours) => {
    const other = offsetMinutes(new Date(instant.getTime() + hours * hourMs), zone)
    const twin = new Date(instant.getTime() + (own - other) * 60_000)
    return other !== own && offsetMinutes(twin, zone) === other
  })
}

/** 'Tuesday 24 November', in Spanish 'martes 24 de noviembre'; with `year` also '2026'. */
export function dayLabel(instant: Date, zone: string, locale: string, { year = false } = {}): string {
  const date = localDate(instant, zone)
  return remembered(`${year ? 'day of year' : 'day'} ${locale} ${zone} ${date}`, () => {
    const of = (options: Intl.DateTimeFormatOptions, type: Part) =>
      partOf(format(locale, zone, type, options), instant, type)
    const weekday = of({ weekday: 'long' }, 'weekday')
    return [weekday, dayAndMonth(Number(date.slice(8)), of({ month: 'long', day: 'numeric' }, 'month'), locale)]
      .concat(year ? yearWords(Number(date.slice(0, 4)), locale) : [])
      .join(' ')
  })
}

const isSpanish = (locale: string): boolean => locale.startsWith('es')
const dayAndMonth = (day: number, month: string, locale: string): string =>
  isSpanish(locale) ? `${day} de ${month}` : `${day} ${month}`
const yearWords = (year: number, locale: string): string => (isSpanish(locale) ? `de ${year}` : `${year}`)

/** 'Tue 24 Nov', for narrow places. */
export function shortDayLabel(instant: Date, zone: string, locale: string): string {
  return remembered(`short day ${locale} ${zone} ${localDate(instant, zone)}`, () => {
    const shape = format(locale, zone, 'short day', { weekday: 'short', day: 'numeric', month: 'short' })
    const of = (type: Part) => partOf(shape, instant, type).replace('.', '')
    return `${of('weekday')} ${of('day')} ${of('month')}`
  })
}

/** 'Today', 'Tomorrow' as seen from `now` in `zone`, else 'Tue 24 Nov'. */
export function nearDayLabel(instant: Date, zone: string, locale: string, now: Date): string {
  const days = daysBetween(localDate(now, zone), localDate(instant, zone))
  if (days !== 0 && days !== 1) return shortDayLabel(instant, zone, locale)
  return remembered(`near day ${locale} ${days}`, () => {
    const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(days, 'day')
    return words.charAt(0).toLocaleUpperCase(locale) + words.slice(1)
  })
}

/** Whole days from one local date to another; both 'YYYY-MM-DD'. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / (24 * hourMs))

/** The local date `days` after `date`, or before it when negative; both 'YYYY-MM-DD'. */
export const plusDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00Z`) + days * 24 * hourMs).toISOString().slice(0, 10)

/** '14:20'; where the clock shows it twice that day, with the offset's name: '01:30 MDT'. */
export function timeLabel(instant: Date, zone: string, locale: string): string {
  const clock = wallTime(instant, zone).slice(11)
  return isRepeated(instant, zone) ? `${clock} ${zoneName(instant, zone, locale, 'short')}` : clock
}

const zoneName = (instant: Date, zone: string, locale: string, style: 'short' | 'long' | 'longGeneric'): string =>
  remembered(`zone ${locale} ${zone} ${style} ${quarterOf(instant)}`, () =>
    partOf(format(locale, zone, style, { timeZoneName: style }), instant, 'timeZoneName'),
  )

/** 'Mountain Time'; a zone without summer time may say 'Mountain Standard Time', which is its own clock (Phoenix). */
export const zoneLabel = (instant: Date, zone: string, locale: string): string =>
  zoneName(instant, zone, locale, 'longGeneric')

/** 'Tuesday 24 November, 14:20 Mountain Time'; a repeated hour says which: '… 01:30 Mountain Daylight Time'. */
export function whenLabel(instant: Date, zone: string, locale: string, { year = false } = {}): string {
  const name = zoneName(instant, zone, locale, isRepeated(instant, zone) ? 'long' : 'longGeneric')
  return `${dayLabel(instant, zone, locale, { year })}, ${wallTime(instant, zone).slice(11)} ${name}`
}

/** A local date 'YYYY-MM-DD' without weekday: '2 January 1980', in Spanish '2 de enero de 1980'. */
export function dateLabel(date: string, locale: string): string {
  const noon = new Date(`${date}T12:00Z`)
  const month = partOf(format(locale, 'UTC', 'month', { month: 'long', day: 'numeric' }), noon, 'month')
  return `${dayAndMonth(noon.getUTCDate(), month, locale)} ${yearWords(noon.getUTCFullYear(), locale)}`
}

const units = new Map<string, Intl.NumberFormat>()

function unitLabel(value: number, unit: 'hour' | 'minute', locale: string): string {
  const key = `${locale} ${unit}`
  const format = units.get(key) ?? new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' })
  units.set(key, format)
  return format.format(value)
}

/** Whole minutes in words: '50 minutes', '1 hour 30 minutes'. */
export function durationLabel(minutes: number, locale: string): string {
  const unit = (value: number, name: 'hour' | 'minute') => unitLabel(value, name, locale)
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  if (hours === 0) return unit(rest, 'minute')
  return rest === 0 ? unit(hours, 'hour') : `${unit(hours, 'hour')} ${unit(rest, 'minute')}`
}
