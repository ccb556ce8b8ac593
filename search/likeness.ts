/** How many letters may be wrong in a word of so many: the longer, the more. */
const mostWrong = (length: number): number => (length < 4 ? 0 : length < 6 ? 1 : length < 10 ? 2 : 3)

/**
 * Whether `typed` may be a misspelt `word`: few letters missing, added, wrong or in turned order, and the first one right
 * unless it is the only fault. What merely shares a part ("dentist", "adventist") is another word. Both in lower case.
 */
export function isLike(typed: string, word: string): boolean {
  const most = typed[0] === word[0] ? mostWrong(typed.length) : Math.min(1, mostWrong(typed.length))
  return Math.abs(typed.length - word.length) <= most && faults(typed, word) <= most
}

/** Letters to add, drop, change or turn round with their neighbour to make one word of the other. */
function faults(one: string, other: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1]
      const isTurned = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      const ways = [(last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1)]
      if (isTurned) ways.push((before[j - 2] ?? 0) + 1)
      row.push(Math.min(...ways))
    }
    ;[before, last] = [last, row]
  }
  return last[other.length] ?? 0
}
