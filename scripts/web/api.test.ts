import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { api } from '#api/app.ts'
import { apiBeside } from './api.ts'
import { readProxies } from './forwarded.ts'
import { webServer } from './server.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

async function serve(): Promise<string> {
  const next = apiBeside(async (_req, res) => void res.end('next'))
  const options = { proxies: readProxies(''), publicUrl: 'https://care.example', isDevelopment: false }
  const server = webServer(next, { ...options, isDraining: () => false })
  ends.push(() => server.closeAllConnections())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

api.get('/seen', (c) => c.json(c.req.header()))

test('the API sees the caller and the request as the gate does, not as the caller says', async () => {
  const headers = { 'x-forwarded-for': '9.9.9.9', 'x-request-id': 'chosen-by-the-caller-1', 'x-medley-operator': 'x' }
  const answer = await fetch(`${await serve()}/api/v1/seen`, { headers })
  const seen = (await answer.json()) as Record<string, string>
  expect(seen['x-forwarded-for']).toBe('127.0.0.1')
  expect(seen['x-request-id']).toBe(answer.headers.get('x-request-id'))
  expect(seen['x-request-id']).not.toBe(headers['x-request-id'])
  expect(seen['x-medley-operator']).not.toBe('x')
})

test('what is not the API, and the sign-in, is Next’s', async () => {
  const web = await serve()
  for (const path of ['/', '/apiary', '/api/auth/session']) {
    expect(await (await fetch(web + path)).text(), path).toBe('next')
  }
  for (const path of ['/api', '/api/v1/nothing', '/api/authors']) {
    expect((await fetch(web + path)).headers.get('content-type'), path).toMatch(/^application\/problem\+json/)
  }
})
