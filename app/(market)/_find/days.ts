import { dayLabel, daysBetween, localDate, nearDayLabel, timeLabel } from '#lib/time.ts'
import type { DayOfTimes } from '#ui/day-times.tsx'

type Free = { serviceId: string; startsAt: Date }
type Clock = { timeZone: string; locale: string; now: Date }

/**
 * Free times by local day, earliest first, as buttons of a form that holds one: `service~startsAt~key`. The key of each
 * is `key` and its place, so one minted key serves a whole page. `isFull` names the days in full.
 */
export function daysOf(times: Free[], { timeZone, locale, now }: Clock, key: string, isFull = false): DayOfTimes[] {
  const buttons = times.map(({ serviceId, startsAt }, index) => ({
    date: localDate(startsAt, timeZone),
    at: startsAt,
    value: `${serviceId}~${startsAt.toISOString()}~${key}.${index}`,
    label: timeLabel(startsAt, timeZone, locale),
  }))
  return [...Map.groupBy(buttons, ({ date }) => date)].map(([date, list]) => {
    const first = list[0]?.at ?? now
    const fullLabel = dayLabel(first, timeZone, locale)
    const near = nearDayLabel(first, timeZone, locale, now)
    const isNear = daysBetween(localDate(now, timeZone), date) <= 1
    return {
      date,
      label: isFull ? (isNear ? `${near}, ${fullLabel}` : fullLabel) : near,
      fullLabel,
      times: list.map(({ value, label }) => ({ value, label })),
    }
  })
}
