import { Agent, type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { ourHosts, readProxies } from './forwarded.ts'
import { drain, type Handle, loggedPath, webServer } from './server.ts'

const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) server.closeAllConnections()
})

/** Reads the whole body as Next would, then says how much came and which headers it saw. */
const echo: Handle = async (req, res) => {
  let bytes = 0
  for await (const chunk of req) bytes += (chunk as Buffer).length
  res.setHeader('content-type', 'application/json')
  res.end(JSON.stringify({ bytes, headers: req.headers, url: req.url }))
}

async function serve(
  handle: Handle = echo,
  isDraining = () => false,
  proxies = '',
): Promise<{ url: string; server: Server }> {
  const isOurHost = ourHosts('https://care.example')
  const server = webServer(handle, { proxies: readProxies(proxies), isOurHost, isDraining, isDevelopment: false })
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

type Answer = { status: number; type: string; text: string }

/** Sends `bytes` in chunks without saying how many there will be. */
const stream = (url: string, bytes: number): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST' }, (res) => {
      let text = ''
      res.on('data', (chunk) => {
        text += chunk
      })
      res.on('end', () => resolve({ status: res.statusCode ?? 0, type: res.headers['content-type'] ?? '', text }))
    })
    call.on('error', reject)
    for (let sent = 0; sent < bytes; sent += 65_536) call.write(Buffer.alloc(Math.min(65_536, bytes - sent)))
    call.end()
  })

test('a body that is announced too large is a 413 problem with the request’s id', async () => {
  const { url } = await serve()
  const res = await fetch(`${url}/api/v1/holds`, {
    method: 'POST',
    body: 'y'.repeat(2_000_000),
    headers: { 'x-request-id': 'check-12345' },
  })
  expect(res.status).toBe(413)
  expect(res.headers.get('content-type')).toBe('application/problem+json')
  expect(await res.json()).toMatchObject({ status: 413, code: 'too_large', requestId: 'check-12345' })
})

test('a body that only turns out too large while it streams is the same 413', async () => {
  const { url } = await serve()
  const answer = await stream(`${url}/api/v1/holds`, 3_000_000)
  expect(answer).toMatchObject({ status: 413, type: 'application/problem+json' })
  expect(JSON.parse(answer.text)).toMatchObject({ code: 'too_large' })
})

test('a page’s form that is too large is told so in words', async () => {
  const { url } = await serve()
  const res = await fetch(`${url}/book`, { method: 'POST', body: 'y'.repeat(2_000_000) })
  expect(res.status).toBe(413)
  expect(await res.text()).toMatch(/too much to take in at once/)
})

test('a body of exactly the limit passes whole, announced or streamed', async () => {
  const { url } = await serve()
  const limit = 1024 * 1024
  const announced = await fetch(`${url}/api/x`, { method: 'POST', body: 'y'.repeat(limit) })
  expect(await announced.json()).toMatchObject({ bytes: limit })
  expect(JSON.parse((await stream(`${url}/api/x`, limit)).text)).toMatchObject({ bytes: limit })
})

test('the server lives on after both kinds of refusal', async () => {
  const { url } = await serve()
  await Promise.all(Array.from({ length: 10 }, () => stream(`${url}/api/x`, 2_000_000)))
  expect((await fetch(`${url}/api/x`)).status).toBe(200)
})

test('the handler sees one true address and an id; the caller gets the id back', async () => {
  const { url } = await serve()
  const res = await fetch(url, { headers: { 'x-forwarded-for': '1.2.3.4', 'x-middleware-subrequest': 'proxy' } })
  const { headers } = (await res.json()) as { headers: Record<string, string> }
  expect(headers['x-forwarded-for']).toBe('127.0.0.1')
  expect(headers['x-middleware-subrequest']).toBeUndefined()
  expect(headers['x-request-id']).toBe(res.headers.get('x-request-id'))
})

test('a handler that throws is a 500 with the code and without the reason', async () => {
  const { url } = await serve(async () => {
    throw new Error('canary')
  })
  const res = await fetch(url)
  const text = await res.text()
  expect(res.status).toBe(500)
  expect(text).toContain(res.headers.get('x-request-id'))
  expect(text).not.toContain('canary')
})

/** What a client sees who writes a request line and headers of its own. */
const raw = (url: string, path: string, options: { method?: string; headers?: Record<string, string> } = {}) =>
  new Promise<Answer & { headers: Record<string, unknown> }>((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const call = request({ hostname, port, path, ...options }, (res) => {
      let text = ''
      res.on('data', (chunk) => {
        text += chunk
      })
      const { statusCode: status = 0, headers } = res
      res.on('end', () => resolve({ status, type: headers['content-type'] ?? '', text, headers }))
    })
    call.on('error', reject)
    call.end()
  })

test('methods that nothing here takes are 405 with Allow, and Next never sees them', async () => {
  const { url } = await serve(async () => {
    throw new Error('Next saw it')
  })
  expect(await raw(url, '/api/v1/holds', { method: 'TRACE' })).toMatchObject({
    status: 405,
    type: 'application/problem+json',
    headers: { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS' },
  })
  for (const method of ['TRACE', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'])
    expect(await raw(url, '/find', { method })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, POST' } })
})

test('a name that is not ours is refused: pages of another site cannot read ours by pointing their name here', async () => {
  const { url } = await serve()
  const asked = (host: string, path = '/find') => raw(url, path, { headers: { host } }).then(({ status }) => status)
  for (const host of ['care.example', 'CARE.example:8443', 'care.example.', 'localhost:3000', '127.0.0.1', '[::1]:80'])
    expect(await asked(host), host).toBe(200)
  for (const host of [
    'evil.example',
    'care.example.evil.example',
    '127.0.0.1.evil.example',
    '[::2]',
    'care.example@evil',
  ])
    expect(await asked(host), host).toBe(421)
  expect(await asked('10.0.0.7', '/readyz')).toBe(200)
  expect(await raw(url, '/api/v1/listings', { headers: { host: 'evil.example' } })).toMatchObject({
    type: 'application/problem+json',
  })
  expect((await raw(url, 'http://evil.example/find', { headers: { host: 'care.example' } })).status).toBe(421)
  const forged = { host: 'care.example', 'x-forwarded-host': 'evil.example' }
  expect((await raw(url, '/find', { headers: forged })).status).toBe(200)
  const behind = await serve(echo, () => false, '127.0.0.1')
  expect((await raw(behind.url, '/find', { headers: forged })).status).toBe(421)
})

const multipart = 'multipart/form-data; boundary=XX'
const field = '--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\nvalue\r\n--XX--\r\n'
const send = (url: string, body: string, headers: Record<string, string>) =>
  fetch(url, { method: 'POST', body, headers }).then(async (res) => ({ status: res.status, text: await res.text() }))

test('a form that cannot be read is told so, before Next fails on it; one that can arrives whole', async () => {
  const { url } = await serve()
  const whole = await send(`${url}/book`, field, { 'content-type': multipart })
  expect(JSON.parse(whole.text)).toMatchObject({ bytes: field.length, headers: { 'content-type': multipart } })
  for (const [body, type] of [
    ['', multipart],
    ['a=b', multipart],
    [field.slice(0, -10), multipart],
    [field.replace('; name="a"', ''), multipart],
    [field, 'multipart/form-data'],
    [field, 'multipart/form-data; boundary='],
  ] as const) {
    const refused = await send(`${url}/book`, body, { 'content-type': type })
    expect([refused.status, refused.text], body).toEqual([400, expect.stringMatching(/did not arrive whole/)])
  }
  const scripted = { 'next-action': 'a' }
  expect((await send(`${url}/book`, '[]', { ...scripted, 'content-type': 'text/plain' })).status).toBe(400)
  expect((await send(`${url}/book`, field, { ...scripted, 'content-type': multipart })).status).toBe(200)
  expect((await send(`${url}/api/v1/holds`, 'x', { 'content-type': multipart })).status).toBe(200)
})

test('an address that is no text is one of nothing, for the page and the API to say so', async () => {
  const { url } = await serve()
  const seen = async (path: string) => JSON.parse((await raw(url, path)).text).url
  expect(await seen('/p/%ff%fe?q=%ff')).toBe('/no-address')
  expect(await seen('/api/v1/listings/%ED%A0%80/times')).toBe('/api/no-address')
  expect(await seen('/find?q=%ff')).toBe('/find?q=%ff')
})

test('a form that a page of another site sends is refused; the API, which reads no cookie, does not ask', async () => {
  const { url } = await serve()
  const asked = (origin: string, path = '/book') =>
    send(`${url}${path}`, 'a=b', { origin }).then(({ status }) => status)
  expect(await asked(url)).toBe(200)
  for (const origin of ['https://evil.example', 'null', `${url}.evil.example`, url.replace('127.0.0.1', 'localhost')])
    expect(await asked(origin), origin).toBe(403)
  expect(await asked('https://partner.example', '/api/v1/holds')).toBe(200)
  expect((await fetch(`${url}/find`, { headers: { origin: 'https://evil.example' } })).status).toBe(200)
})

test('every answer carries the headers that protect it, also those that Next never sees', async () => {
  const { url } = await serve(echo, () => true)
  const answers = [
    await raw(url, '/find'),
    await raw(url, '/find', { method: 'TRACE' }),
    await raw(url, '/find', { headers: { host: 'evil.example' } }),
    await raw(url, '/readyz'),
    await raw(url, '/api/x', { method: 'POST', headers: { 'content-length': '2000000' } }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 405, 421, 503, 413])
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'strict-transport-security': expect.stringContaining('max-age'),
      'x-request-id': expect.any(String),
    })
  }
})

test('draining lets an open call finish and takes no new one', async () => {
  let finish = () => {}
  const { url, server } = await serve(async (_req, res) => {
    await new Promise<void>((resolve) => {
      finish = resolve
    })
    res.end('done')
  })
  const begun = new Promise((resolve) => server.once('request', resolve))
  const call = fetch(url)
  await begun
  const drained = drain(server)
  finish()
  expect(await (await call).text()).toBe('done')
  await drained
  await expect(fetch(url)).rejects.toThrow()
})

test('draining answers a request that comes on a connection kept open, and says that it is the last one there', async () => {
  let isDraining = false
  const { url, server } = await serve(echo, () => isDraining)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = (): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const call = request(url, { agent, headers: { host: 'care.example' } }, (res) =>
        res.resume().once('end', () => resolve(res)),
      )
      call.on('error', reject).end()
    })
  await ask()
  isDraining = true
  const drained = drain(server)
  await sleep(300)
  const second = await ask()
  expect(second).toMatchObject({ statusCode: 200, headers: { connection: 'close' } })
  await drained
  await expect(ask()).rejects.toThrow('ECONNREFUSED')
})

test('while draining, /readyz says 503', async () => {
  const { url } = await serve(echo, () => true)
  expect((await fetch(`${url}/readyz`)).status).toBe(503)
})

test('a logged path has no query and no token', () => {
  expect(loggedPath('/me/v1.link.t1.id.3.99.abcdef?code=1')).toBe('/me/[token]')
  expect(loggedPath(`/x/${'a'.repeat(65)}/y#z`)).toBe('/x/[token]/y')
  expect(loggedPath('/api/v1/listings?q=depression')).toBe('/api/v1/listings')
})
