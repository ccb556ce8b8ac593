import { typosBetween } from '#lib/typos.ts'

/** How many letters may be wrong in a word of so many: the longer, the more. */
const mostWrong = (length: number): number => (length < 4 ? 0 : length < 6 ? 1 : length < 10 ? 2 : 3)

/**
 * Whether `typed` may be a misspelt `word`: few letters missing, added, wrong or in turned order, and the first one right
 * unless it is the only fault. What merely shares a part ("dentist", "adventist") is another word. Both in lower case.
 */
export function isLike(typed: string, word: string): boolean {
  const most = typed[0] === word[0] ? mostWrong(typed.length) : Math.min(1, mostWrong(typed.length))
  return Math.abs(typed.length - word.length) <= most && typosBetween(typed, word) <= most
}
