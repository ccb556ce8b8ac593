import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { testEnv } from '#scripts/test/stages.ts'

const root = join(import.meta.dirname, '../..')

/** What the log says when three calls come from 127.0.0.1, each with these headers. */
async function logged(trusted: string, headers: Record<string, string>): Promise<string[]> {
  const script = `
    import { readProxies } from '#scripts/web/forwarded.ts'
    import { webServer } from '#scripts/web/server.ts'
    const options = { proxies: readProxies('${trusted}'), publicUrl: 'https://care.example', isDevelopment: false }
    const server = webServer(async (_req, res) => void res.end(), { ...options, isDraining: () => false })
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    const headers = { ...${JSON.stringify(headers)}, connection: 'close' }
    for (let i = 0; i < 3; i++) await (await fetch('http://127.0.0.1:' + server.address().port, { headers })).text()
    server.close()`
  const args = ['--input-type=module', '--eval', script]
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: root,
    env: testEnv({ LOG_LEVEL: 'warn' }),
  })
  return stdout.split('\n').filter((line) => line.includes('TRUSTED_PROXIES'))
}

test('X-Forwarded-For from a peer that is no trusted proxy is told once a minute, without an address', async () => {
  const lines = await logged('', { 'x-forwarded-for': '203.0.113.9' })
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn', part: 'web' })
  expect(lines[0]).not.toMatch(/203\.0\.113\.9|127\.0\.0\.1/)
})

test('a trusted proxy, and a caller without the header, are not told of', async () => {
  expect(await logged('127.0.0.1', { 'x-forwarded-for': '203.0.113.9' })).toEqual([])
  expect(await logged('', {})).toEqual([])
})
