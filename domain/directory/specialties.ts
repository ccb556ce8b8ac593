// Not a verb: the names of specialties, nothing is written.
import { type SpecialtyCode, type SpecialtyRow, specialties } from '#db/specialties.ts'

const byCode: ReadonlyMap<string, SpecialtyRow> = new Map(specialties.map((specialty) => [specialty.code, specialty]))

/** The codes that a listing's specialty can have, in the order that people are shown. */
export const specialtyCodes: readonly SpecialtyCode[] = specialties.map((specialty) => specialty.code)

/** The name for people in `locale` ("es…" is Spanish, anything else English); the code itself when it is not known. */
export function specialtyName(code: string, locale = 'en'): string {
  const found = byCode.get(code)
  if (!found) return code
  return locale.startsWith('es') ? found.nameEs : found.name
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/**
 * How patients ask for a specialty, as far as `words` (lower case, no accents; the last a beginning) do: ['sore throat']
 * for ['throat']. Says why a result matches; empty when its name says so already.
 */
export function waysAsked(code: string, words: readonly string[]): string[] {
  const found = byCode.get(code)
  const isSaid = (text: string) =>
    plain(text)
      .split(/[^\p{L}\p{N}]+/u)
      .some((part) => words.some((word, i) => (i === words.length - 1 ? part.startsWith(word) : part === word)))
  return !found || isSaid(found.name) || isSaid(found.nameEs) ? [] : found.words.filter(isSaid)
}
