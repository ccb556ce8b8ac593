import { createHmac, timingSafeEqual } from 'node:crypto'
import { type FindInput, shownDays } from '#domain/directory/input.ts'
import { capabilityKeys } from '#lib/env.ts'
import { invalid } from '#lib/errors.ts'

/** How a result list is ordered: by first free time, by distance, or by how well the words match. */
export type Order = 'soonest' | 'nearest' | 'best'

/** What `sort` means for this query: without a place there is nothing to be near to. */
export function orderOf({ sort, near, q }: Pick<FindInput, 'sort' | 'near' | 'q'>): Order {
  if (sort === 'soonest') return 'soonest'
  if (near !== undefined) return 'nearest'
  return q === undefined ? 'soonest' : 'best'
}

/** Where a page ended: the first free time (epoch ms, null for none; `soonest` only), the score, the listing. */
export type Keyset = { at: number | null; score: number; id: string }

/** Whether `one` stands before `other` in a list: by time with those without one last, then score, then id. */
export function compareKeys(one: Keyset, other: Keyset): number {
  if (one.at !== other.at) return (one.at ?? Number.POSITIVE_INFINITY) - (other.at ?? Number.POSITIVE_INFINITY)
  if (one.score !== other.score) return one.score - other.score
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0
}

/** The days that times are shown of: from midnight of a local date in each clinic's zone, from an instant, else from now. */
export type Window = { date: string | null; instant: Date | null; days: number }

/** The window of times to show: from a local date, an instant, or now, for `days` days. */
export const windowOf = (from: FindInput['from']): Window => ({
  date: typeof from === 'string' ? from : null,
  instant: from instanceof Date ? from : null,
  days: shownDays,
})

/** A query without its page, as text: the same for the same question. */
function questionOf(query: FindInput): string {
  const { cursor: _cursor, limit: _limit, ...question } = query
  return JSON.stringify(Object.entries(question).sort(([a], [b]) => (a < b ? -1 : 1)))
}

const sign = (query: FindInput, body: string): Buffer =>
  createHmac('sha256', capabilityKeys().current)
    .update(`cursor\n${questionOf(query)}\n${body}`)
    .digest()
    .subarray(0, 16)

/** The cursor of the page after `last`, good for this query alone. */
export function sealCursor(query: FindInput, { at, score, id }: Keyset): string {
  const body = Buffer.from(JSON.stringify([at, score, id])).toString('base64url')
  return `${body}.${sign(query, body).toString('base64url')}`
}

/** Where the page before ended; undefined on the first. Throws `invalid` for a cursor that is not ours or of another query. */
export function openCursor(query: FindInput): Keyset | undefined {
  if (query.cursor === undefined) return undefined
  const [body = '', signature = '', ...rest] = query.cursor.split('.')
  const given = Buffer.from(signature, 'base64url')
  const wanted = sign(query, body)
  if (rest.length > 0 || given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw invalid('/cursor', 'cursor_unknown')
  }
  const [at, score, id] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [number | null, number, string]
  return { at, score, id }
}
