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
 * Those of `words` (lower case, no accents; the last a beginning) that patients ask for a specialty by: ['throat'] for
 * urgent care. Says why a result matches; a word that stands in its name needs no saying.
 */
export function wordsAskedBy(code: string, words: readonly string[]): string[] {
  const found = byCode.get(code)
  if (!found) return []
  const parts = (texts: readonly string[]) => plain(texts.join(' ')).split(/[^\p{L}\p{N}]+/u)
  const [named, asked] = [parts([found.name, found.nameEs]), parts(found.words)]
  return words.filter((word, i) => {
    const isIn = (part: string) => (i === words.length - 1 ? part.startsWith(word) : part === word)
    return asked.some(isIn) && !named.some(isIn)
  })
}
