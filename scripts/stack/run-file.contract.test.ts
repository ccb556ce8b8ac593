import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dataDir, readRunFile } from './run-file.ts'

test('run.json says what runs, in the shape that others read, to its owner alone', () => {
  const run = readRunFile()
  const address = (login: string) =>
    expect.stringMatching(new RegExp(`^postgres://${login}:[0-9a-f]+@127\\.0\\.0\\.1:\\d+/`))
  expect(run).toStrictEqual({
    web: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    database: address('medley_web'),
    databaseWorker: address('medley_jobs'),
    databaseOwner: address('medley_owner'),
    temporal: run?.temporal === null ? null : expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    mail: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    accounts: expect.any(Array),
  })
  expect(run?.accounts.length).toBeGreaterThan(0)
  for (const account of run?.accounts ?? [])
    expect(account).toStrictEqual({ role: expect.any(String), name: expect.any(String), tenant: expect.any(String) })
  expect(statSync(join(dataDir(), 'run.json')).mode & 0o777).toBe(0o600)
})
