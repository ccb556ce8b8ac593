import { request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { changeEnv } from '#lib/env.ts'
import { readProxies } from './forwarded.ts'
import { Counts } from './limit.ts'
import { webServer } from './server.ts'

let server: Server
let base: URL
const settings = {
  PER: 'RATE_LIMIT_PER_MINUTE',
  PAGES: 'RATE_LIMIT_PAGES_PER_MINUTE',
  FORMS: 'RATE_LIMIT_FORMS_PER_MINUTE',
}
changeEnv({ [settings.PER]: '3', [settings.PAGES]: '4', [settings.FORMS]: '2' })

beforeEach(async () => {
  server?.close()
  server = webServer(
    async (req, res) => {
      res.statusCode = req.url?.includes('missing') ? 404 : 200
      res.end()
    },
    {
      ...{ proxies: readProxies('127.0.0.1'), publicUrl: 'https://care.example' },
      ...{ isDraining: () => false, isDevelopment: false },
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
afterAll(() => server.close())

type Seen = { status: number; headers: Record<string, string | string[] | undefined>; text: string }

const from = (address: string, path = '/find', method = 'GET'): Promise<Seen> =>
  new Promise((resolve, reject) => {
    const headers = { 'x-forwarded-for': address, origin: base.origin }
    const call = request({ hostname: base.hostname, port: base.port, path, method, headers }, (res) => {
      let text = ''
      res.on('data', (chunk) => {
        text += chunk
      })
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, text }))
    })
    call.on('error', reject)
    call.end()
  })

async function statuses(count: number, address: string, path?: string, method?: string): Promise<number[]> {
  const seen = []
  for (let i = 0; i < count; i++) seen.push((await from(address, path, method)).status)
  return seen
}

test('so many calls a minute and address; then 429 with Retry-After, and every answer says what is left', async () => {
  const answers = []
  for (const given of ['192.0.2.1', '9.9.9.9, 192.0.2.1', '192.0.2.1', '192.0.2.1'])
    answers.push(await from(given, '/api/v1/listings'))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
  expect(answers.map(({ headers }) => String(headers.ratelimit).replace(/t=\d+/, 't'))).toEqual(
    [2, 1, 0, 0].map((left) => `"default";r=${left};t`),
  )
  expect(answers.map(({ headers }) => headers['ratelimit-policy'])).toEqual(Array(4).fill('"default";q=3;w=60'))
  const refused = answers[3]
  expect(Number(refused?.headers['retry-after'])).toBeGreaterThan(0)
  expect(JSON.parse(refused?.text ?? '')).toMatchObject({ status: 429, code: 'limit' })
})

test('pages, forms and sign-in have theirs, which say so in words and use up no calls', async () => {
  expect(await statuses(5, '192.0.2.1')).toEqual([200, 200, 200, 200, 429])
  expect(await statuses(1, '192.0.2.1', '/api/auth/session')).toEqual([429])
  expect(await statuses(2, '192.0.2.1', '/book', 'POST')).toEqual([200, 200])
  expect(await statuses(1, '192.0.2.1', '/api/auth/callback/demo', 'POST')).toEqual([429])
  const refused = await from('192.0.2.1', '/book', 'POST')
  expect(refused).toMatchObject({ status: 429, text: expect.stringMatching(/a lot at once/) })
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect(await statuses(1, '192.0.2.1', '/api/v1/listings')).toEqual([200])
})

test('another address has its own; one IPv6 network of 64 bits has one', async () => {
  await statuses(5, '192.0.2.1')
  expect(await statuses(1, '192.0.2.2')).toEqual([200])
  const network = ['2001:db8::1', '2001:db8::2', '2001:db8:0:0:ffff::3', '2001:db8::4', '2001:db8::5']
  const seen = []
  for (const address of network) seen.push((await from(address)).status)
  expect(seen).toEqual([200, 200, 200, 200, 429])
  expect(await statuses(1, '2001:db8:0:1::1')).toEqual([200])
})

test('whoever has all networks of 48 bits has eight shares, not sixty-five thousand', async () => {
  const seen = []
  for (let i = 0; i < 33; i++) seen.push((await from(`2001:db8:0:${i.toString(16)}::1`)).status)
  expect(seen).toEqual([...Array(32).fill(200), 429])
  expect(await statuses(1, '2001:db8:1::1')).toEqual([200])
})

test('files of the build and health checks do not count; a file that is missing does', async () => {
  expect(await statuses(20, '192.0.2.1', '/_next/static/chunks/a.js')).toEqual(Array(20).fill(200))
  expect(await statuses(20, '192.0.2.1', '/healthz')).toEqual(Array(20).fill(200))
  expect(await statuses(20, '192.0.2.1', '/readyz')).toEqual(Array(20).fill(200))
  expect(await statuses(4, '192.0.2.1', '/_next/static/missing')).toEqual(Array(4).fill(404))
  expect(await statuses(1, '192.0.2.1')).toEqual([429])
})

test('no spelling of a page is a file of the build: it is counted and refused', async () => {
  const up = ['..', '%2e%2e', '.%2E', '%252e%252e', '%ff/%25ff/..', '%ff/%2e%2e']
  const spelled = ['/', '//', '%2f', '%5c', '\\', '%252F', '/./'].flatMap((slash) =>
    up.map((step) => `/_next/static/${step}${slash}${step}/find?q=care`),
  )
  const seen = []
  for (const path of [...spelled, '/_next/static//find', '/_next/static/%00', '/_next/static/x#/../../find'])
    seen.push(...(await statuses(5, `198.51.100.${seen.length / 5}`, path)))
  expect(new Set(seen.filter((_, n) => n % 5 < 4))).toEqual(new Set([400]))
  expect(new Set(seen.filter((_, n) => n % 5 === 4))).toEqual(new Set([429]))
})

test('a form is counted wherever it is sent', async () => {
  expect(await statuses(3, '192.0.2.1', '/_next/static/chunks/a.js', 'POST')).toEqual([200, 200, 429])
  expect(await statuses(3, '192.0.2.2', '/healthz', 'POST')).toEqual([200, 200, 429])
})

test('as many callers as anyone has addresses take bounded memory and no one else’s turn', () => {
  const counts = new Counts(1_000)
  for (let i = 0; i < 3; i++) counts.add('honest', 0)
  for (let i = 0; i < 900; i++) counts.add(`attacker ${i}`, 1)
  expect(counts.add('honest', 2).used).toBe(4)
  const shared = Array.from({ length: 100_000 }, (_, i) => counts.add(`other ${i}`, 3).used).filter((used) => used > 1)
  expect(shared).toEqual([])
  expect(counts.size).toBeLessThanOrEqual(1_000)
  expect(counts.add('honest', 4).used).toBe(1)
})

test('a window lasts a minute from its first call', () => {
  const counts = new Counts()
  expect([counts.add('a', 0).used, counts.add('a', 59_999).used, counts.add('a', 60_000).used]).toEqual([1, 2, 1])
  expect(counts.add('a', 60_001).endsAt).toBe(120_000)
})
