/**
 * How many letters to add, drop, change, or swap with their neighbour to make one word of the other: 'pian' and 'pain'
 * differ by one (optimal string alignment). Takes time and memory by the product of the lengths.
 */
export function typosBetween(one: string, other: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1]
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      const ways = [(last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1)]
      if (isSwapped) ways.push((before[j - 2] ?? 0) + 1)
      row.push(Math.min(...ways))
    }
    ;[before, last] = [last, row]
  }
  return last[other.length] ?? 0
}
