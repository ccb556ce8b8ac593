/** One measured figure. `target` says in words what it must be; without one it is only reported. */
export type Figure = { value: number; unit: string; target: string | null; ok: boolean | null }

/** Figures by name, in the order measured. */
export type Figures = Record<string, Figure>

const rounded = (value: number): number => Number(value.toPrecision(4))

/** A figure that is good while it is not above `limit`. */
export const atMost = (value: number, unit: string, limit: number): Figure => ({
  value: rounded(value),
  unit,
  target: `<= ${limit}`,
  ok: value <= limit,
})

/** A figure that is good while it is not below `limit`. */
export const atLeast = (value: number, unit: string, limit: number): Figure => ({
  value: rounded(value),
  unit,
  target: `>= ${limit}`,
  ok: value >= limit,
})

/** A figure that is good when it is `wanted`, to the digit. */
export const exactly = (value: number, unit: string, wanted: number): Figure => ({
  value,
  unit,
  target: `= ${wanted}`,
  ok: value === wanted,
})

/** A figure without a target. */
export const reported = (value: number, unit: string): Figure => ({
  value: rounded(value),
  unit,
  target: null,
  ok: null,
})

const tolerance = 1.15

/** Whether a ratio is more than 15 % worse than it was; its target says which way is worse. Times and rates depend on the machine. */
export function isBehind({ value, unit, target }: Figure, before: Figure | undefined): boolean {
  if (unit !== 'ratio' || !target || !before) return false
  return target.startsWith('>=') ? value * tolerance < before.value : value > before.value * tolerance
}

/** The `share` quantile (0.5 is the median) of some values; NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** The milliseconds that `work` took, and what it gave. */
export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const begun = performance.now()
  const result = await work()
  return { ms: performance.now() - begun, result }
}

/** Numbers in [0, 1) that are the same in each run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Runs `work` over `items`, `width` at a time, in order of their turn. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const lane = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T)
  }
  await Promise.all(Array.from({ length: width }, lane))
  return results
}
