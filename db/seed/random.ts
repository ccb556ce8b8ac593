/** A stream of numbers that is the same for the same seed text, on every machine. Never for secrets. */
export type Random = {
  /** The next number in [0, 1). */
  next(): number
  /** The next whole number in [low, high], both included. */
  whole(low: number, high: number): number
  /** True with this chance, 0 to 1. */
  chance(share: number): boolean
  /** One of `items`. Throws RangeError when there is none. */
  pick<T>(items: readonly T[]): T
  /** One of `[item, weight]`, weights above 0. Throws RangeError when there is none. */
  weighted<T>(items: readonly (readonly [T, number])[]): T
  /** `count` different items (fewer when there are not as many), in the order drawn. */
  some<T>(items: readonly T[], count: number): T[]
}

/** FNV-1a over UTF-16 units, then mixed (Murmur3's finalizer): 32 bits, unsigned. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Mulberry32, begun from the hash of `seed`. */
export function randomFrom(seed: string): Random {
  let state = hash32(seed)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  const pick = <T>(items: readonly T[]): T => {
    if (items.length === 0) throw new RangeError('nothing to pick from')
    return items[whole(0, items.length - 1)] as T
  }
  return {
    next,
    whole,
    chance: (share) => next() < share,
    pick,
    weighted: (items) => weighted(items, next()),
    some: (items, count) => {
      const left = [...items]
      const drawn = []
      while (left.length > 0 && drawn.length < count) drawn.push(...left.splice(whole(0, left.length - 1), 1))
      return drawn
    },
  }
}

function weighted<T>(items: readonly (readonly [T, number])[], at: number): T {
  const last = items.at(-1)
  if (!last) throw new RangeError('nothing to pick from')
  let left = at * items.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [item, weight] of items) {
    left -= weight
    if (left < 0) return item
  }
  return last[0]
}

/**
 * Ids in order, shaped as UUID version 7 (RFC 9562): rows copied in sequence stay neighbours in every index. The same
 * `stream` counts through the same ids. `stream` is a number below 2 ** 31, one a purpose.
 */
export function idsFrom(stream: number, count = 0): { next(): string; readonly count: number } {
  const base = Date.UTC(2026, 0, 1)
  const tail = stream.toString(16).padStart(8, '0')
  let made = count
  return {
    get count() {
      return made
    },
    next() {
      const time = (base + Math.floor(made / 4096)).toString(16).padStart(12, '0')
      const step = (made % 4096).toString(16).padStart(3, '0')
      const mix = hash32(`${stream}/${made}`).toString(16).padStart(8, '0')
      made += 1
      return `${time.slice(0, 8)}-${time.slice(8)}-7${step}-8${tail.slice(-3)}-${tail.slice(0, 4)}${mix}`
    },
  }
}
