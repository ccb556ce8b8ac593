const milesPerKilometre = 0.621371

const formats = new Map<string, Intl.NumberFormat>()

/** Making a format costs far more than using one, and there are two a language. */
function inMiles(locale: string, digits: number): Intl.NumberFormat {
  const key = `${locale} ${digits}`
  const known = formats.get(key)
  if (known) return known
  const shape = { style: 'unit', unit: 'mile', unitDisplay: 'long', maximumFractionDigits: digits } as const
  const made = new Intl.NumberFormat(locale, shape)
  formats.set(key, made)
  return made
}

/** Kilometres in the reader's words, as miles: '2.4 miles'. Whole miles from ten on. */
export function distanceLabel(kilometres: number, locale: string): string {
  const miles = kilometres * milesPerKilometre
  return inMiles(locale, miles < 10 ? 1 : 0).format(miles)
}

/** A distance to choose, in whole miles: '25 miles'. */
export const radiusLabel = (kilometres: number, locale: string): string =>
  inMiles(locale, 0).format(kilometres * milesPerKilometre)

/** The distances to choose from, in kilometres: 5, 10, 25, 50 and 100 miles. */
export const radiiKm = [8, 16, 40, 80, 161] as const
