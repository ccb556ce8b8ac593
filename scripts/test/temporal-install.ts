import { join } from 'node:path'
import { Children } from '#scripts/stack/children.ts'
import { Registry } from '#scripts/stack/registry.ts'
import { say } from '#scripts/stack/steps.ts'
import { canInstallTemporal, findTemporal, installTemporal } from '#scripts/stack/temporal.ts'

/** On a machine without Temporal: builds it beside the first stages, so that it is there when the demo's messages are judged. */
export async function temporalBeside(dir: string, isNeeded: boolean): Promise<void> {
  if (!isNeeded || findTemporal() || !canInstallTemporal()) return
  const children = new Children({ registry: new Registry(join(dir, 'processes.json')), logs: dir, root: dir })
  const begun = performance.now()
  try {
    await installTemporal(children)
    say(`✓ Temporal built  ${((performance.now() - begun) / 1000).toFixed(1)} s`)
  } catch (error) {
    say(`! Temporal could not be built: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}
