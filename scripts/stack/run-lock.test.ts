import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lockHolder, releaseLock, takeLock } from './run-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'medley-lock-'))
const file = join(folder, 'run.lock')

/** Takes the lock in a process of its own at `at`, tells what came of it, and lives on until its input ends. */
const contender = (at: number) => {
  const source = `
    import { takeLock } from ${JSON.stringify(join(import.meta.dirname, 'run-lock.ts'))}
    while (Date.now() < ${at});
    console.log(takeLock(${JSON.stringify(file)}) ?? 'mine')
    process.stdin.resume()`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise<string>((resolve) => child.once('exit', (code) => resolve(`ended with ${code}`)))
  const told = new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(String(data).trim())))
  return {
    told: Promise.race([told, ended]),
    end: () => {
      child.stdin.end()
      return ended
    },
  }
}

test('of those who take over a dead process’s lock at once, one has it and the others are told who', async () => {
  for (let round = 0; round < 4; round += 1) {
    writeFileSync(file, '999999 long ago')
    const at = Date.now() + 1_500
    const contenders = Array.from({ length: 4 }, () => contender(at))
    const told = await Promise.all(contenders.map((one) => one.told))
    expect(
      told.filter((word) => word === 'mine'),
      String(told),
    ).toHaveLength(1)
    await Promise.all(contenders.map((one) => one.end()))
  }
}, 120_000)

test('a lock is its process’s until it gives it back; what a process left that died while taking over does not stand in the way', () => {
  writeFileSync(file, '999999 long ago')
  mkdirSync(`${file}.taking`)
  expect(takeLock(file)).toBeUndefined()
  expect([lockHolder(file), takeLock(file)]).toEqual([process.pid, process.pid])
  releaseLock(file)
  expect(lockHolder(file)).toBeUndefined()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)
