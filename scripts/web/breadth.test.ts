import { request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readProxies } from './forwarded.ts'
import { webServer } from './server.ts'

// Next reads parameters, cookies, headers and the browser's name in time that grows with the square of their number: 6,500 parameters
// cost two seconds in which nobody else was served.

let server: Server
let seen: { url: string; headers: Record<string, unknown> }[] = []
beforeAll(async () => {
  server = webServer(
    async (req, res) => {
      seen.push({ url: req.url ?? '', headers: req.headers })
      res.end()
    },
    {
      ...{ proxies: readProxies(''), publicUrl: 'https://care.example' },
      ...{ isDraining: () => false, isDevelopment: false },
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => server.close())

/** The answer, and what the handler behind the gate got of the request; nothing when it did not get it. */
async function ask(path: string, headers: Record<string, string | string[]> = {}) {
  seen = []
  const { port } = server.address() as AddressInfo
  const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const call = request({ hostname: '127.0.0.1', port, path, headers: { connection: 'close', ...headers } }, (res) => {
      let text = ''
      res.on('data', (chunk) => {
        text += chunk
      })
      res.on('end', () => resolve({ status: res.statusCode ?? 0, text }))
    })
    call.on('error', reject).end()
  })
  return { ...answer, behind: seen[0] }
}

const parameters = (count: number): string => Array.from({ length: count }, (_, i) => `p${i}=x`).join('&')
const cookies = (count: number): string => Array.from({ length: count }, (_, i) => `c${i}=x`).join('; ')
const headers = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`h${i}`, 'x']))

test('a query of a hundred parameters passes; one more is 400, and nothing behind the gate sees it', async () => {
  expect((await ask(`/find?${parameters(100)}`)).behind?.url).toContain('p99=x')
  for (const path of ['/find', '/visit/x/calendar', '/api/auth/session', '/_next/static/x.js']) {
    const refused = await ask(`${path}?${parameters(101)}`)
    expect(refused, path).toMatchObject({ status: 400, text: expect.stringMatching(/more in its address/) })
    expect(refused.behind).toBeUndefined()
  }
  expect(await ask(`/find?${'x&'.repeat(6_500)}`)).toMatchObject({ status: 400, behind: undefined })
  const api = await ask(`/api/v1/listings?${parameters(101)}`)
  expect(JSON.parse(api.text)).toMatchObject({ status: 400, code: 'bad_request' })
})

test('a hundred cookies pass; one more is 431, in one header or several', async () => {
  expect((await ask('/find', { cookie: cookies(100) })).behind?.headers.cookie).toContain('c99=x')
  for (const cookie of [cookies(101), [cookies(60), cookies(60)], '0=;'.repeat(3_100)]) {
    const refused = await ask('/visit/x/calendar', { cookie })
    expect(refused).toMatchObject({ status: 431, text: expect.stringMatching(/cookies/), behind: undefined })
  }
})

test('more headers than a browser and its proxies send are 431', async () => {
  expect((await ask('/find', headers(90))).status).toBe(200)
  expect(await ask('/find', headers(101))).toMatchObject({ status: 431, behind: undefined })
  expect(await ask('/healthz', headers(101))).toMatchObject({ status: 200 })
})

test('a browser that names itself at length passes; ten thousand letters are 431', async () => {
  expect((await ask('/find', { 'user-agent': `Mozilla/5.0 ${'x'.repeat(900)}` })).status).toBe(200)
  expect(await ask('/find', { 'user-agent': 'Google'.repeat(1_700) })).toMatchObject({ status: 431, behind: undefined })
})

test('a health check is answered without its query and headers: whatever they hold, it costs the same', async () => {
  for (const path of ['/healthz', '/readyz']) {
    const tree = { rsc: '1', 'next-router-state-tree': 'x', 'accept-language': 'x', 'x-medley-operator': '1' }
    for (const query of ['', '?x', `?${'x&'.repeat(6_500)}`]) {
      const { status, behind } = await ask(path + query, { ...tree, cookie: query ? 'a=b' : '0=;'.repeat(3_100) })
      expect([status, behind?.url]).toEqual([200, path])
      expect(Object.keys(behind?.headers ?? {}).sort()).toEqual([
        'host',
        'x-forwarded-for',
        'x-medley-operator',
        'x-request-id',
      ])
    }
  }
})

test('from another machine nothing says that it is an operator who asks for /readyz', async () => {
  const { behind } = await ask('/readyz', { 'x-forwarded-for': '203.0.113.9', 'x-medley-operator': '1' })
  expect(behind?.headers).not.toHaveProperty('x-medley-operator')
})
