/** More keys than this at once are not repetitions of one fault; what comes above it is always let through. */
const mostKeys = 500

/**
 * Finds repetitions: the first line under a key is let through and opens a window of `windowMs`; those that follow in it
 * are counted. At its end `tell` hears the key's last line and how many were suppressed, which opens the next window;
 * after a window without repetitions the key is forgotten.
 */
export class Repeats<Line> {
  readonly #windowMs: number
  readonly #tell: (line: Line, suppressed: number) => void
  readonly #open = new Map<string, { suppressed: number; last: Line }>()

  constructor(windowMs: number, tell: (line: Line, suppressed: number) => void) {
    this.#windowMs = windowMs
    this.#tell = tell
  }

  /** Whether the line is to be written now; false when it repeats one of this window. */
  isNew(key: string, line: Line): boolean {
    const found = this.#open.get(key)
    if (found) {
      found.suppressed += 1
      found.last = line
      return false
    }
    if (this.#open.size < mostKeys) this.#begin(key, line)
    return true
  }

  #begin(key: string, line: Line): void {
    setTimeout(() => this.#end(key), this.#windowMs).unref()
    this.#open.set(key, { suppressed: 0, last: line })
  }

  #end(key: string): void {
    const ended = this.#open.get(key)
    this.#open.delete(key)
    if (!ended || ended.suppressed === 0) return
    this.#begin(key, ended.last)
    this.#tell(ended.last, ended.suppressed)
  }
}
