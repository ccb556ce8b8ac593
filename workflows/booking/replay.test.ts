import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DefaultLogger, Runtime, Worker, type WorkflowBundle } from '@temporalio/worker'
import { DeterminismViolationError } from '@temporalio/workflow'
import { beforeAll, expect, test } from 'vitest'
import { historyFrom } from '#scripts/test/history.ts'
import { bundle } from '../temporal-worker.ts'

// Runs that were recorded from released workflows. A change that cannot take them up where they stand fails here:
// keep the old way behind `patched()`, and leave the files as they are.
const folder = join(import.meta.dirname, 'histories')
const names = readdirSync(folder).filter((name) => name.endsWith('.history'))
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
let workflowBundle: WorkflowBundle

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  workflowBundle = await bundle()
}, 60_000)

const replay = (text: string) => Worker.runReplayHistory({ workflowBundle }, historyFrom(text), 'booking/replayed')

test.each(names)(
  '%s goes on as it was recorded',
  async (name) => {
    await replay(read(name))
  },
  30_000,
)

test('a workflow that no longer does what a history says is caught', async () => {
  const [name = ''] = names
  const changed = read(name).replaceAll('"name":"tell"', '"name":"announce"')
  expect(changed).not.toBe(read(name))
  await expect(replay(changed)).rejects.toThrow(DeterminismViolationError)
}, 30_000)
