const everyMs = 1000
const width = 24

/** Tells how far a long step is: at most a line a second, and a last one. `rows` counts what was written so far. */
export type Meter = { at(done: number, rows: number): void; end(rows: number): void }

/** A whole number with thousands separated. */
export const counted = (value: number): string => Math.round(value).toLocaleString('en-US')

const bar = (share: number): string => '█'.repeat(Math.round(share * width)).padEnd(width, '░')

/** A meter for `total` things called `what`: "████░░ 34 % · 680 of 2,000 facilities · 41,200 rows/s". */
export function meter(what: string, total: number, say: (line: string) => void): Meter {
  const begun = performance.now()
  let told = begun
  let last = 0
  const line = (done: number, rows: number): string => {
    const share = total === 0 ? 1 : done / total
    const rate = (rows * 1000) / Math.max(1, performance.now() - begun)
    return `${bar(share)} ${String(Math.floor(share * 100)).padStart(3)} % · ${counted(done)} of ${counted(total)} ${what} · ${counted(rate)} rows/s`
  }
  return {
    at(done, rows) {
      last = done
      if (done >= total || performance.now() - told < everyMs) return
      told = performance.now()
      say(line(last, rows))
    },
    end(rows) {
      say(line(total, rows))
    },
  }
}
