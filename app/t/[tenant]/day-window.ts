import { localDate } from '#lib/time.ts'

const shape = /^\d{4}-\d{2}-\d{2}$/
const dayMs = 86_400_000

/** The local date asked for when it is one, else today's in `zone`. */
export const pickDate = (asked: string | undefined, moment: Date, zone: string): string =>
  asked && shape.test(asked) && !Number.isNaN(Date.parse(`${asked}T00:00Z`)) ? asked : localDate(moment, zone)

/** The instants that can belong to a local date anywhere on earth: zones run from UTC−12 to UTC+14. */
export const dayWindow = (date: string): { from: Date; to: Date } => {
  const midnight = Date.parse(`${date}T00:00Z`)
  return { from: new Date(midnight - 14 * 3_600_000), to: new Date(midnight + dayMs + 12 * 3_600_000) }
}

/** A date some days on, YYYY-MM-DD. */
export const shifted = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00Z`) + days * dayMs).toISOString().slice(0, 10)
