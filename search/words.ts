import type { PublicTx } from '#db/doors.ts'
import { isLike } from './likeness.ts'
import { asListingsSay, isInsurance } from './sayings.ts'

/** How typed words were read. `words` are those that a result must have, the last one as a beginning. */
export type Typed = { words: string[]; corrected: { from: string; to: string }[]; ignored: string[] }

const mostWords = 8
const mostLike = 5

/** Words that say nothing about what is looked for, English and Spanish: titles and how bad it is too. */
const fillers = new Set(
  `a an and any appointment appointments at best by do dr dra find for from good i in is it la el los las le looking me md
  mild my near nearby need of on or please see severe some speaking speaks that the to want with who al busco cerca cita citas con de
  del en habla hable me mi mis necesito o para por que quiero severa severo sr sra un una y`.split(/\s+/),
)

/** The words of a text as the index keeps them: lower case, no accents, letters and digits. */
const wordsOf = (text: string): string[] => [
  ...new Set(
    text
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== ''),
  ),
]

type Known = { word: string; isKnown: boolean; like: string[] }

/** Only words that the dictionary holds can be misspelt: short ones and numbers are taken as they are. */
const isLiteral = (word: string): boolean => word.length < 3 || word.length > 40 || /\p{N}/u.test(word)

/**
 * Reads what someone typed: sayings put as listings put them, fillers and insurances left out, each word that no listing
 * has corrected to the likest that one has, or ignored when nothing is like it. When none of it is known, the words stay
 * as they were typed; when it says nothing ("near me"), there are none.
 */
export async function readWords(tx: PublicTx, text: string): Promise<Typed> {
  const { words: all, said } = asListingsSay(wordsOf(text))
  const meant = all.filter((word) => !fillers.has(word) && !isInsurance(word))
  const isEmpty = meant.length === 0 && (all.length > 1 || all.some(isInsurance))
  const asked = (meant.length > 0 || isEmpty ? meant : all).slice(0, mostWords)
  const known = await lookUp(
    tx,
    asked.filter((word) => !isLiteral(word)),
    asked.at(-1) ?? '',
  )
  const typed: Typed = { words: [], corrected: said, ignored: all.filter(isInsurance) }
  for (const word of asked) {
    const entry = known.get(word)
    const best = entry?.like.find((other) => isLike(word, other))
    if (!entry || entry.isKnown) typed.words.push(word)
    else if (best === undefined) typed.ignored.push(word)
    else {
      typed.words.push(best)
      typed.corrected.push({ from: word, to: best })
    }
  }
  return typed.words.length > 0 || isEmpty ? typed : { words: asked, corrected: [], ignored: [] }
}

// Index Only Scan on term_pkey and term_prefix, then, for a word that no listing has, Bitmap Index Scan on term_trigram.
async function lookUp(tx: PublicTx, words: string[], last: string): Promise<Map<string, Known>> {
  if (words.length === 0) return new Map()
  const rows = await tx.sql<Known[]>`
    select w.word, k.known as "isKnown", array(
      select t.word from term t where not k.known and t.word % w.word
      order by similarity(t.word, w.word) desc, abs(length(t.word) - length(w.word)), t.listings desc, t.word limit ${mostLike}
    ) as like
    from unnest(${words}::text[]) as w(word)
    cross join lateral (
      select exists (select 1 from term t where t.word = w.word)
        or (w.word = ${last} and exists (
          select 1 from term t where t.word ~>=~ w.word and t.word ~<~ (w.word || chr(1114111)))) as known
    ) k`
  return new Map(rows.map((row) => [row.word, row]))
}

/** The words as the text of a `tsquery`: all of them or any, the last as a beginning; undefined when there is none. */
export function tsqueryOf({ words }: Typed, need: 'all' | 'any' = 'all'): string | undefined {
  if (words.length === 0) return undefined
  return words
    .map((word, i) => (i === words.length - 1 && word.length > 1 ? `${word}:*` : word))
    .join(need === 'all' ? ' & ' : ' | ')
}
