/** An amount in the currency's minor units (US cents), with its ISO 4217 code. */
export type Money = { amount: number; currency: string }

/** '$120' or '$120.50'; minor units are scaled by the currency's own digits (JPY has none). Unknown codes throw RangeError. */
export function moneyLabel({ amount, currency }: Money, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 0
  return format.format(amount / 10 ** digits)
}
