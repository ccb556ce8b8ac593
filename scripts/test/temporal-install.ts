import { join } from 'node:path'
import { Children } from '#scripts/stack/children.ts'
import { Registry } from '#scripts/stack/registry.ts'
import { say } from '#scripts/stack/steps.ts'
import { findTemporal, installTemporal } from '#scripts/stack/temporal.ts'

/** Temporal on its way to a machine that has none: `ready` when it is there or cannot be got, `stop` ends it half-way. */
export type Installation = { ready: Promise<void>; stop(): Promise<void> }

/** Gets Temporal beside the first stages, so that it is there when messages are judged; its log lies in `dir`. */
export function temporalBeside(dir: string): Installation {
  if (findTemporal()) return { ready: Promise.resolve(), stop: async () => {} }
  const children = new Children({ registry: new Registry(join(dir, 'processes.json')), logs: dir, root: dir })
  const begun = performance.now()
  const ready = installTemporal(children, say).then(
    () => say(`✓ Temporal  ${((performance.now() - begun) / 1000).toFixed(1)} s`),
    (error: Error) => say(`! Without Temporal: ${error.message}`),
  )
  return { ready, stop: () => children.stop() }
}
