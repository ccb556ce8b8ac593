import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#scripts/stack/ports.ts'
import { findTemporal, temporalArgs, untilListening } from '#scripts/stack/temporal.ts'

/** A Temporal of the test's own. It can be stopped and started again: what it knew is still there. */
export type TestTemporal = { address: string; start(): Promise<void>; stop(): Promise<void>; remove(): Promise<void> }

const startLimitMs = 30_000

/** A dev server that is not started yet. Throws on a machine that has none: what it would prove is not passed over. */
export async function testTemporal(): Promise<TestTemporal> {
  const program = findTemporal()
  if (!program)
    throw new Error(
      'These tests need Temporal: "npm test" builds or downloads it where it can, else put `temporal` on PATH.',
    )
  const dir = mkdtempSync(join(tmpdir(), 'medley-temporal-'))
  const port = await freePort()
  let child: ChildProcess | undefined
  const atExit = (): void => {
    child?.kill('SIGKILL')
  }
  process.once('exit', atExit)
  const start = async (): Promise<void> => {
    child = spawn(program, temporalArgs(port, dir), { stdio: 'ignore' })
    if (!(await untilListening(port, startLimitMs))) throw new Error('The Temporal dev server does not answer')
  }
  const stop = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  const remove = async (): Promise<void> => {
    await stop()
    process.off('exit', atExit)
    rmSync(dir, { recursive: true })
  }
  return { address: `127.0.0.1:${port}`, start, stop, remove }
}
