const formats = new Map<string, Intl.ListFormat>()

/** Words in a row, as a list is written: 'English, Spanish'. Making a format costs far more than using one. */
export function listed(words: string[], locale: string): string {
  const format = formats.get(locale) ?? new Intl.ListFormat(locale, { type: 'unit', style: 'short' })
  formats.set(locale, format)
  return format.format(words)
}
