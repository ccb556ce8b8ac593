import { setTimeout as sleep } from 'node:timers/promises'
import { say } from './steps.ts'

const answerLimitMs = 5_000
/** So many failed looks in a row are no hiccup. */
const failuresUntilRestart = 3

export type Watched = {
  url: string
  /** Starts the part anew. What it throws is told; the next try comes as after a success. */
  restart(): Promise<unknown>
  everyMs?: number
  /** The part gets so long after a restart before it is looked at again: what it waits for may still be away. */
  graceMs?: number
}

/**
 * Looks at a part's liveness as an orchestrator does, until `isOver`: after three looks in a row without an answer of 2xx within
 * five seconds it is started anew. A part that ended is not looked after here, `Children` does that.
 */
export async function watchLiveness(
  { url, restart, everyMs = 5_000, graceMs = 60_000 }: Watched,
  isOver: () => boolean,
): Promise<void> {
  let failures = 0
  while (!isOver()) {
    await sleep(everyMs, undefined, { ref: false })
    if (isOver()) return
    const answer = await fetch(url, { signal: AbortSignal.timeout(answerLimitMs) }).catch(() => undefined)
    failures = answer?.ok ? 0 : failures + 1
    if (failures < failuresUntilRestart || isOver()) continue
    say(`! ${url} does not answer well (${answer?.status ?? 'no answer'}); starting that part anew.`)
    await restart().catch((error: Error) => say(`! ${error.message}`))
    await sleep(graceMs, undefined, { ref: false })
    failures = 0
  }
}
