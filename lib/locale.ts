/** The languages the product speaks; the first is the one it falls back to. */
export const locales = ['en'] as const

export type Locale = (typeof locales)[number]

/**
 * The first of `spoken` that someone wants: their saved choice, else their browser's list (an Accept-Language header,
 * by weight, 'es-MX' counting as 'es'), else the first spoken. Anything malformed counts as no wish.
 */
export function pickLocale<L extends string>(
  spoken: readonly [L, ...L[]],
  saved: string | undefined,
  acceptLanguage: string | null,
): L {
  const wishes = [saved ?? '', ...byWeight(acceptLanguage ?? '')].map((tag) => tag.toLowerCase().split('-')[0])
  for (const wish of wishes) {
    const match = spoken.find((locale) => locale === wish)
    if (match) return match
  }
  return spoken[0]
}

function byWeight(header: string): string[] {
  return header
    .slice(0, 500)
    .split(',')
    .map((entry) => {
      const [tag = '', weight] = entry.trim().split(/\s*;\s*q=/i)
      return { tag, weight: weight === undefined ? 1 : Number(weight) || 0 }
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag)
}
