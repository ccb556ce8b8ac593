import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { secretsIn } from './secrets.ts'

const dir = mkdtempSync(join(tmpdir(), 'medley-secrets-'))
const file = join(dir, 'secrets.json')
afterAll(() => rmSync(dir, { recursive: true }))

test('secrets are made once and not written again; a missing one is added beside the others, as a new file', () => {
  const made = secretsIn(dir)
  const { ino, mtimeNs, mode } = statSync(file, { bigint: true })
  expect(mode & 0o777n).toBe(0o600n)
  expect(secretsIn(dir)).toEqual(made)
  expect(statSync(file, { bigint: true })).toMatchObject({ ino, mtimeNs })

  const { signin: _, ...passwords } = made.passwords
  writeFileSync(file, JSON.stringify({ ...made, passwords }, null, 2))
  const more = secretsIn(dir)
  expect(more).toEqual({ ...made, passwords: { ...passwords, signin: more.passwords.signin } })
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(more)
  // Written over, a file that has no room left would be empty; the one before stays until its successor is whole.
  expect(statSync(file, { bigint: true }).ino).not.toBe(ino)
  expect(readdirSync(dir)).toEqual(['secrets.json'])
})
