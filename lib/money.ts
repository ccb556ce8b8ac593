/** An amount in the currency's minor units (US cents), with its ISO 4217 code. */
export type Money = { amount: number; currency: string }

const formats = new Map<string, Intl.NumberFormat>()

/** Making a format costs a hundred times more than using one. Unknown currencies are not kept: they throw. */
function format(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.NumberFormat(locale, { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' })
  formats.set(key, made)
  return made
}

/** '$120' or '$120.50'; minor units are scaled by the currency's own digits (JPY has none). Unknown codes throw RangeError. */
export function moneyLabel({ amount, currency }: Money, locale: string): string {
  const shape = format(locale, currency)
  const digits = shape.resolvedOptions().maximumFractionDigits ?? 0
  return shape.format(amount / 10 ** digits)
}
