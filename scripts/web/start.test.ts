import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { childEnv } from '#lib/env.ts'

const starts = (settings: Record<string, string>) =>
  spawnSync(process.execPath, [join(import.meta.dirname, '../web.ts')], {
    ...{ env: childEnv({ MEDLEY_MODE: undefined, ...settings }), encoding: 'utf8', timeout: 60_000 },
  })

test.each([
  ['the demo at a public address', { MEDLEY_MODE: 'demo', PUBLIC_URL: 'https://care.example' }, /PUBLIC_URL: the demo/],
  [
    'the demo behind a proxy',
    { MEDLEY_MODE: 'demo', PUBLIC_URL: 'http://127.0.0.1:1', TRUSTED_PROXIES: '::1' },
    /TRUSTED_PROXIES: the demo/,
  ],
  ['a public address without TLS', { PUBLIC_URL: 'http://care.example' }, /PUBLIC_URL: https: is required/],
])(
  'the web server does not start as %s',
  (_name, settings, says) => {
    const { status, stderr } = starts(settings)
    expect([status, stderr]).toEqual([1, expect.stringMatching(says)])
  },
  90_000,
)
