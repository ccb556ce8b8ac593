// Not a verb: whether what someone typed sounds like an emergency. Pure.
import { everyday, harmlessBeside, sameAs, urgent } from './red-flag-sayings.ts'
import { type RedFlag, type Strength, signs } from './red-flag-signs.ts'
import { ideasOf, isIdea } from './red-flag-words.ts'

type Sign = { flag: RedFlag; strength: Strength; words: string[]; isOrdered: boolean; span: number }

const mostPressingFirst: readonly RedFlag[] = ['crisis', 'poison', 'assault', 'violence', 'emergency']

/** Whom to call, the number as people write it; `takesTexts`: it takes text messages too. */
export type Help = { flag: RedFlag; call: Line; takesTexts: boolean }

type Line = '988' | '1-800-222-1222' | '1-800-656-4673' | '1-800-799-7233' | '911'

const lines: Record<RedFlag, Help> = {
  crisis: { flag: 'crisis', call: '988', takesTexts: true },
  poison: { flag: 'poison', call: '1-800-222-1222', takesTexts: false },
  assault: { flag: 'assault', call: '1-800-656-4673', takesTexts: false },
  violence: { flag: 'violence', call: '1-800-799-7233', takesTexts: false },
  emergency: { flag: 'emergency', call: '911', takesTexts: false },
}

/** The longest text that is looked at, in characters: more than any field takes. */
const longest = 600
const usualSpan = 6

function signOf(flag: RedFlag, strength: Strength, text: string): Sign {
  const parts = text.split(' ')
  const words = parts.filter((part) => part !== '>' && !part.startsWith('/'))
  const unknown = words.find((word) => /[A-Z]/.test(word) && !isIdea(word))
  if (unknown) throw new Error(`"${unknown}" in the sign "${text}" is no idea`)
  const span = Number(parts.find((part) => part.startsWith('/'))?.slice(1) ?? usualSpan)
  return { flag, strength, words, isOrdered: parts[0] === '>', span }
}

const allSigns = Object.entries(signs).flatMap(([flag, strengths]) =>
  Object.entries(strengths).flatMap(([strength, list]) =>
    list.flatMap((line) => line.split(', ')).map((text) => signOf(flag as RedFlag, strength as Strength, text)),
  ),
)

/** Lower case, no accents or apostrophes, letters held down let go, everything else that is no letter or digit a space. */
const plain = (text: string): string =>
  text
    .slice(0, longest)
    .normalize('NFKD')
    .slice(0, longest)
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\bod['’]d\b/g, 'oded')
    .replace(/['’`´]/g, '')
    .replace(/(\p{L})\1{2,}/gu, '$1$1')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** At which words of the text each word and each idea stands, ascending. */
function placesOf(words: string[]): Map<string, number[]> {
  const names = new Map(words.map((word) => [word, undefined as string[] | undefined]))
  const places = new Map<string, number[]>()
  words.forEach((word, at) => {
    const found = names.get(word) ?? [...new Set([word, ...ideasOf(word)])]
    names.set(word, found)
    for (const name of found) {
      const list = places.get(name)
      if (list) list.push(at)
      else places.set(name, [at])
    }
  })
  return places
}

/** At which words of the text the sign begins: each time that its words stand close enough together. */
function beginningsOf({ words, isOrdered, span }: Sign, places: Map<string, number[]>): number[] {
  const lists = words.map((word) => places.get(word) ?? [])
  if (lists.some((list) => list.length === 0)) return []
  if (isOrdered) {
    return (lists[0] ?? []).filter((start) => {
      const end = lists.reduce((at, list) => list.find((place) => place >= at) ?? Infinity, start)
      return end - start <= span
    })
  }
  const starts = [...new Set(lists.flat())]
  return starts.filter((start) => lists.every((list) => list.some((at) => at >= start && at <= start + span)))
}

/**
 * What a text sounds like, the most pressing first, nothing when it sounds harmless. It takes English and Spanish as
 * people type them: typos, any case, no accents, words in another order or written as one. It reads the text as it was
 * typed, before any search corrects it. In doubt it speaks up: a false alarm costs a click. A class, a follow-up, a
 * history or a rehab is not in doubt. Takes a few milliseconds at most, whatever the text.
 */
export function redFlags(text: string): RedFlag[] {
  const said = sameAs.reduce((line, [spelt, same]) => line.replace(spelt, same), plain(text))
  if (said === '') return []
  const words = `^ ${said.replace(everyday, '·')} $`.split(' ')
  const places = placesOf(words)
  const isUrgent = urgent.test(said)
  const isHarmless = ({ strength }: Sign, start: number): boolean => {
    const { anywhere, before } = harmlessBeside[strength]
    if (isUrgent) return false
    return Boolean(anywhere?.test(said) || before?.test(words.slice(0, start).join(' ')))
  }
  const flags = allSigns.filter((sign) => beginningsOf(sign, places).some((start) => !isHarmless(sign, start)))
  return mostPressingFirst.filter((flag) => flags.some((sign) => sign.flag === flag))
}

/**
 * Whom to call for what these texts sound like, the most pressing first; empty when all are harmless. A search gives
 * what was typed in each of its fields: who is in need does not look for the right one.
 */
export function helpFor(...texts: (string | undefined)[]): Help[] {
  const said = texts.flatMap((text) => (text === undefined ? [] : redFlags(text)))
  return mostPressingFirst.filter((flag) => said.includes(flag)).map((flag) => lines[flag])
}
