import { AppError } from '#lib/errors.ts'

const longestQueue = 2_000
const usualWaitMs = 8_000

/** A bounded number of turns at something, given in the order of asking. */
export class Turns {
  readonly #max: number
  readonly #waitMs: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(max: number, waitMs = usualWaitMs) {
    this.#max = max
    this.#waitMs = waitMs
  }

  /** Whether nobody has a turn or waits for one. */
  get isIdle(): boolean {
    return this.#running === 0
  }

  /**
   * Waits for a turn; gives the function that ends it, to be called once. Throws `unavailable` after `waitMs` (eight seconds), or
   * at once when 2,000 wait.
   */
  async take(): Promise<() => void> {
    if (this.#running < this.#max) this.#running += 1
    else await this.#queue()
    return () => {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running -= 1
    }
  }

  #queue(): Promise<void> {
    const busy = () => new AppError('unavailable', 'busy', { retryAfterSeconds: 2 })
    if (this.#waiting.length >= longestQueue) throw busy()
    return new Promise((resolve, reject) => {
      const go = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1)
        reject(busy())
      }, this.#waitMs)
      this.#waiting.push(go)
    })
  }
}

/** Turns at many things, by name: who waits for one holds up nobody at another. */
export class Lanes {
  readonly #max: number
  readonly #waitMs: number
  readonly #lanes = new Map<string, Turns>()

  constructor(max: number, waitMs: number) {
    this.#max = max
    this.#waitMs = waitMs
  }

  /** How many names have a turn taken. */
  get size(): number {
    return this.#lanes.size
  }

  /** As `Turns.take`, in the lane of that name. */
  async take(name: string): Promise<() => void> {
    const lane = this.#lanes.get(name) ?? new Turns(this.#max, this.#waitMs)
    this.#lanes.set(name, lane)
    const end = await lane.take()
    return () => {
      end()
      if (lane.isIdle) this.#lanes.delete(name)
    }
  }
}
