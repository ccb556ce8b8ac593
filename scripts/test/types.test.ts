import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { checkTypes } from './stages.ts'

const root = join(import.meta.dirname, '../..')
const dir = mkdtempSync(join(tmpdir(), 'medley-types-'))
afterAll(() => rmSync(dir, { recursive: true }))

/** What `program` says about the project in `dir`; empty when it finds nothing. */
function said([program = '', ...args]: string[]): string {
  const options = { cwd: dir, encoding: 'utf8', timeout: 60_000 } as const
  return spawnSync(join(root, 'node_modules/.bin', program), args, options).stdout
}

test('the types are checked afresh: what an earlier build remembers hides no error', () => {
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'))
  const compilerOptions = { strict: true, incremental: true, types: [], lib: ['es2024'] }
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['a.ts'] }))
  const incremental = ['tsc', '--noEmit', '-p', '.']
  const memory = join(dir, 'tsconfig.tsbuildinfo')
  const version = (text: string): string => {
    writeFileSync(join(dir, 'a.ts'), text)
    said(incremental)
    const { fileInfos } = JSON.parse(readFileSync(memory, 'utf8')) as { fileInfos: (string | { version: string })[] }
    const last = fileInfos.at(-1)
    return typeof last === 'string' ? last : (last?.version ?? '')
  }
  const broken = version("export const a: number = 'one'\n")
  const good = version('export const a: number = 1\n')
  // As when a build ended halfway: it knows the broken file, and no error in it.
  writeFileSync(memory, readFileSync(memory, 'utf8').replaceAll(good, broken))
  writeFileSync(join(dir, 'a.ts'), "export const a: number = 'one'\n")
  expect(said(incremental)).toBe('')
  expect(said(checkTypes)).toMatch(/^a\.ts\(1,14\): error TS2322/)
}, 120_000)
