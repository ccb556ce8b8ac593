import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { isBuilt, sourceHash } from './build.ts'

const root = mkdtempSync(join(tmpdir(), 'medley-test-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const write = (path: string, text: string): void => {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}

test('the hash follows what a build reads and nothing else', () => {
  write('app/page.tsx', 'one')
  write('package-lock.json', '{}')
  const before = sourceHash(root)
  write('app/page.test.tsx', 'a test')
  write('db/seed/run.ts', 'seed')
  write('db/migrations/0001.sql', 'sql')
  write('docs/readme.md', 'words')
  expect(sourceHash(root)).toBe(before)
  for (const [path, text] of [
    ['app/page.tsx', 'two'],
    ['lib/new.ts', ''],
    ['package-lock.json', '{ }'],
  ] as const) {
    const last = sourceHash(root)
    write(path, text)
    expect(sourceHash(root), path).not.toBe(last)
  }
})

test('a build of these sources is known, of others it is not', () => {
  expect(isBuilt(root)).toBe(false)
  write('.next/medley-sources', sourceHash(root))
  expect(isBuilt(root)).toBe(true)
  write('app/page.tsx', 'three')
  expect(isBuilt(root)).toBe(false)
})
