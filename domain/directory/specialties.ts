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
