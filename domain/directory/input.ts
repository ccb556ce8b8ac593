import { z } from 'zod'
import { DayText, InstantText } from '#domain/booking/input.ts'

/** An empty field of a GET form says the same as none. */
const blankIsNone = (value: unknown): unknown => (typeof value === 'string' && value.trim() === '' ? undefined : value)

// No control characters; what Postgres and people can both read.
const Line = (longest: number) =>
  z
    .string('one_value')
    .trim()
    .max(longest, 'text_long')
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'text_shape')

const whole = /^\d{1,6}$/
const decimal = /^\d{1,4}(\.\d{1,3})?$/
const NumberText = (shape: RegExp, least: number, most: number, fault: string) =>
  z.string('one_value').regex(shape, fault).transform(Number).pipe(z.number().min(least, fault).max(most, fault))

/** "haitian creole" as languages are written: "Haitian Creole". */
const inCapitals = (text: string): string =>
  text.toLowerCase().replace(/(?<=^|\s)\p{L}/gu, (letter) => letter.toUpperCase())

/** A local date stays text, an instant becomes a Date. */
const FromText = z.string('one_value').transform((text, context): string | Date => {
  const parsed = [DayText.safeParse(text), InstantText.safeParse(text)].find((result) => result.success)
  if (parsed?.data) return parsed.data
  context.issues.push({ code: 'custom', message: 'from_shape', input: text })
  return z.NEVER
})

/** How far to look unless asked, in kilometres, and how many results a page has. */
export const findDefaults = { radiusKm: 40, limit: 20, sort: 'soonest' } as const
/** The days that a result shows times of, from the day asked for. */
export const shownDays = 14
export const sorts = ['soonest', 'nearest'] as const

/**
 * What someone looks for, from the address of a page or of the API; each field at most once. Fields that are empty
 * count as left out. `from` never filters: it moves the days of the times shown.
 */
export const FindInput = z.strictObject({
  q: z.preprocess(blankIsNone, Line(100).optional()).meta({
    description: 'A specialty, service, practitioner or clinic, in words; typos are forgiven.',
    examples: ['pediatrician'],
  }),
  near: z.preprocess(blankIsNone, Line(100).optional()).meta({
    description: 'Where: a ZIP code, "City, ST", or "latitude,longitude".',
    examples: ['02139'],
  }),
  radiusKm: z.preprocess(blankIsNone, NumberText(decimal, 1, 500, 'radius_range').default(findDefaults.radiusKm)).meta({
    description: 'How far from `near`, in kilometres.',
    type: 'number',
    minimum: 1,
    maximum: 500,
    default: 40,
  }),
  specialty: z
    .preprocess(
      blankIsNone,
      Line(60)
        .regex(/^[a-z0-9-]*$/, 'specialty_shape')
        .optional(),
    )
    .meta({
      description: 'The code of a specialty, as `facets.specialty` names them.',
      examples: ['family-medicine'],
    }),
  service: z.preprocess(blankIsNone, Line(100).optional()).meta({
    description: 'The name of a service, in any case; the times shown are then for it.',
    examples: ['Office visit'],
  }),
  language: z.preprocess(blankIsNone, Line(40).transform(inCapitals).optional()).meta({
    description: 'A language spoken, by its English name.',
    examples: ['Spanish'],
  }),
  from: z.preprocess(blankIsNone, FromText.optional()).meta({
    description: `The first day (a date, in each clinic's own zone) or instant of the ${shownDays} days that times are shown for. It filters nothing.`,
    type: 'string',
    examples: ['2026-11-24', '2026-11-24T14:00:00Z'],
  }),
  sort: z.preprocess(blankIsNone, z.enum(sorts, 'sort_unknown').default(findDefaults.sort)).meta({
    description:
      'By the first free time, or by distance. `soonest` lists at most 200, those with a likely free time first; `nearest` at most 2,000. Without `near`, `nearest` is by how well the words match.',
  }),
  limit: z.preprocess(blankIsNone, NumberText(whole, 1, 50, 'limit_range').default(findDefaults.limit)).meta({
    description: 'How many results a page has.',
    type: 'integer',
    minimum: 1,
    maximum: 50,
    default: 20,
  }),
  notEmergency: z.preprocess(blankIsNone, z.literal('yes', 'not_emergency_shape').optional()).meta({
    description:
      'Someone read `redFlags` and says that this is no emergency: the results are no longer withheld. Ask the person; do not send it by yourself.',
  }),
  cursor: z.preprocess(blankIsNone, Line(400).optional()).meta({
    description: 'Where the page before ended: its `page.next`, with the same query.',
  }),
})
export type FindInput = z.output<typeof FindInput>

const longestDays = 62

/** Which times of one listing: those of a service that start in [from, to), at most 62 days. */
export const TimesInput = z
  .strictObject({
    service: z.uuid('id_shape').meta({ description: 'The id of one of the listing’s services.' }),
    from: InstantText.meta({ description: 'The first instant.', examples: ['2026-11-24T00:00:00Z'] }),
    to: InstantText.meta({
      description: 'The instant before which visits start; at most 62 days after `from`.',
      examples: ['2026-12-08T00:00:00Z'],
    }),
  })
  .refine(({ from, to }) => to > from, { path: ['to'], error: 'to_before_from' })
  .refine(({ from, to }) => to.getTime() - from.getTime() <= longestDays * 86_400_000, {
    path: ['to'],
    error: 'too_many_days',
  })
export type TimesInput = z.output<typeof TimesInput>
