import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { described } from './stages.ts'

const dir = mkdtempSync(join(tmpdir(), 'medley-stages-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
const log = join(dir, 'unit.log')
writeFileSync(log, Array.from({ length: 1_000 }, (_, i) => `line ${i}`).join('\n'))
const stage = { name: 'unit', commands: [], report: 'vitest' as const, seconds: 1, log }

test('a failed stage names what failed before the end of its log, however much it wrote', () => {
  const failing = Array.from({ length: 101 }, (_, i) => `a.test.ts: case ${i} (failed)`)
  const lines = described({ ...stage, tally: { passed: 2, failed: 101, failing } }).split('\n')
  expect(lines.slice(0, 2)).toEqual(['✗ unit  1.0 s  2 passed, 101 failed', '  ✗ a.test.ts: case 0 (failed)'])
  expect(lines.slice(100, 103)).toEqual(['  ✗ a.test.ts: case 99 (failed)', '  and 1 more', '    line 850'])
  expect(lines.at(-1)).toBe('    line 999')
})

test('a stage that passed is one line', () => {
  expect(described({ ...stage, tally: { passed: 2, failed: 0 } })).toBe('✓ unit  1.0 s  2 passed')
})
