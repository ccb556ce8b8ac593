const milesPerKilometre = 0.621371

/** Kilometres in the reader's words, as miles: '2.4 miles'. Whole miles from ten on. */
export function distanceLabel(kilometres: number, locale: string): string {
  const miles = kilometres * milesPerKilometre
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'mile',
    unitDisplay: 'long',
    maximumFractionDigits: miles < 10 ? 1 : 0,
  }).format(miles)
}

/** The distances to choose from, in kilometres: 5, 10, 25, 50 and 100 miles. */
export const radiiKm = [8, 16, 40, 80, 160] as const
