import { setTimeout as sleep } from 'node:timers/promises'

/** Callers who ask without end: what they were answered, how often, why a call failed, and how long calls took. */
export type Callers = {
  texts: Set<string>
  readonly answered: number
  failed: string[]
  /** The longest of the calls that were sent after `since` (`performance.now()`), in milliseconds. */
  slowestSince(since: number): number
  stop(): Promise<void>
}

/**
 * Callers of `url`, eight unless `count` says otherwise, one call after the other each with `pauseMs` between, half of them
 * on connections that they keep, until `stop`.
 */
export function callers(url: string, { count = 8, pauseMs = 5 } = {}): Callers {
  const texts = new Set<string>()
  const failed: string[] = []
  const took: { sentAt: number; ms: number }[] = []
  let answered = 0
  let isOver = false
  const call = async (connection: string): Promise<void> => {
    while (!isOver) {
      const sentAt = performance.now()
      try {
        const answer = await fetch(url, { headers: { connection } })
        texts.add(await answer.text())
        answered += 1
      } catch (error) {
        failed.push(String((error as Error).cause))
      }
      took.push({ sentAt, ms: performance.now() - sentAt })
      await sleep(pauseMs)
    }
  }
  const running = Array.from({ length: count }, (_, i) => call(i % 2 === 0 ? 'keep-alive' : 'close'))
  const stop = async (): Promise<void> => {
    isOver = true
    await Promise.all(running)
  }
  return {
    texts,
    failed,
    stop,
    slowestSince: (since) =>
      Math.round(Math.max(0, ...took.filter(({ sentAt }) => sentAt > since).map(({ ms }) => ms))),
    get answered() {
      return answered
    },
  }
}
