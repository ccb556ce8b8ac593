const formats = new Map<string, Intl.NumberFormat>()

/** A whole number as people write it: '1,204'. Making a format costs far more than using one. */
export function countLabel(count: number, locale: string): string {
  const format = formats.get(locale) ?? new Intl.NumberFormat(locale)
  formats.set(locale, format)
  return format.format(count)
}
