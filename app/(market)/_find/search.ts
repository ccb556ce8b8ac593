import { withPublic } from '#db/doors.ts'
import { AppError } from '#lib/errors.ts'
import type { Found } from '#search/document.ts'
import { find } from '#search/postgres.ts'
import type { Asked } from './query.ts'

/** What a search gave: results, or why there are none. `errors` as in `Asked`, with what only the search could tell. */
export type Answer = { found: Found | undefined; errors: Asked['errors']; isDown: boolean }

/** The fields of the bar: with one of them wrong there are no results, or they would answer another question. */
const typed = ['q', 'near', 'radiusKm', 'from'] as const

/** Searches once; a place that is not known is an error at its field, and a page that is not this search's gives the first. */
export async function answerTo({ query, errors }: Asked): Promise<Answer> {
  if (typed.some((name) => errors[name])) return { found: undefined, errors, isDown: false }
  try {
    return { found: await withPublic((tx) => find(tx, query)), errors, isDown: false }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code === 'unavailable') return { found: undefined, errors, isDown: true }
    const fault = error.details.errors?.[0]
    if (fault?.pointer === '/near')
      return { found: undefined, errors: { ...errors, near: fault.detail }, isDown: false }
    if (fault?.pointer !== '/cursor') throw error
    const first = { params: {}, query: { ...query, cursor: undefined }, errors: { ...errors, cursor: fault.detail } }
    return answerTo(first)
  }
}
