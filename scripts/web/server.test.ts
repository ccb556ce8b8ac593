import { Agent, type IncomingMessage, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { formReached } from '#lib/form-reached.ts'
import { readProxies } from './forwarded.ts'
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
  const publicUrl = 'https://care.example'
  const server = webServer(handle, { proxies: readProxies(proxies), publicUrl, isDraining, isDevelopment: false })
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
  })
  expect(res.status).toBe(413)
  expect(res.headers.get('content-type')).toBe('application/problem+json')
  expect(await res.json()).toMatchObject({
    ...{ status: 413, code: 'too_large', requestId: res.headers.get('x-request-id') },
  })
})

test('a body that only turns out too large while it streams is the same 413', async () => {
  const { url } = await serve()
  const answer = await stream(`${url}/api/v1/holds`, 3_000_000)
  expect(answer).toMatchObject({ status: 413, type: 'application/problem+json' })
  expect(JSON.parse(answer.text)).toMatchObject({ code: 'too_large' })
})

test('a page’s form that is too large is told so in words', async () => {
  const { url } = await serve()
  const res = await fetch(`${url}/book`, { method: 'POST', body: 'y'.repeat(2_000_000), headers: { origin: url } })
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

test('a sign-in carries 16 KiB at most, announced or streamed: its fields are few', async () => {
  const { url } = await serve()
  const post = (bytes: number) =>
    fetch(`${url}/api/auth/callback/x`, { method: 'POST', body: 'a&'.repeat(bytes / 2), headers: { origin: url } })
  expect((await post(16 * 1024)).status).toBe(200)
  expect((await post(16 * 1024 + 2)).status).toBe(413)
  expect(await stream(`${url}/api/auth/callback/x`, 100_000)).toMatchObject({ status: 413 })
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
const part = (name: string) => `--XX\r\nContent-Disposition: form-data; name="${name}"\r\n\r\nvalue\r\n`
const field = `${part('$ACTION_ID_a')}--XX--\r\n`
const send = (url: string, body: string, headers: Record<string, string>) =>
  fetch(url, { method: 'POST', body, headers: { origin: new URL(url).origin, ...headers } }).then(async (res) => ({
    status: res.status,
    text: await res.text(),
  }))

test('a form that cannot be read is told so, before Next fails on it; one that can arrives whole', async () => {
  const { url } = await serve()
  const whole = await send(`${url}/book`, field, { 'content-type': multipart })
  expect(JSON.parse(whole.text)).toMatchObject({ bytes: field.length, headers: { 'content-type': multipart } })
  for (const [body, type] of [
    ['', multipart],
    ['a=b', multipart],
    [field.slice(0, -10), multipart],
    [field.replace('; name="$ACTION_ID_a"', ''), multipart],
    [`${part('a')}--XX--\r\n`, multipart],
    [`${part('$ACTION_ID_a')}${part('a').repeat(200)}--XX--\r\n`, multipart],
    [`${part('$ACTION_ID_a')}${part('a'.repeat(201))}--XX--\r\n`, multipart],
    [field, 'multipart/form-data'],
    [field, 'multipart/form-data; boundary='],
  ] as const) {
    const refused = await send(`${url}/book`, body, { 'content-type': type })
    expect([refused.status, refused.text], body).toEqual([400, expect.stringMatching(/did not arrive whole/)])
  }
  const scripted = { 'next-action': 'a'.repeat(42) }
  expect((await send(`${url}/book`, '[]', { ...scripted, 'content-type': 'text/plain' })).status).toBe(400)
  // No form of ours is sent so, and 1 MiB of such fields takes three seconds to read.
  const coded = { ...scripted, 'content-type': 'application/x-www-form-urlencoded' }
  expect((await send(`${url}/book`, 'a=b', coded)).status).toBe(400)
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

test('a form that no page of ours sent is refused; the API, which reads no cookie, does not ask', async () => {
  const { url } = await serve()
  const asked = (headers: Record<string, string>, path = '/book') =>
    fetch(`${url}${path}`, { method: 'POST', body: 'a=b', headers }).then(({ status }) => status)
  expect(await asked({ origin: url })).toBe(200)
  expect(await asked({})).toBe(403)
  const others = ['https://evil.example', 'null', '', `${url}.evil.example`, url.replace('127.0.0.1', 'localhost')]
  for (const origin of [...others, url.replace('http', 'https')]) expect(await asked({ origin }), origin).toBe(403)
  expect(await asked({ origin: 'https://partner.example' }, '/api/v1/holds')).toBe(200)
  expect((await fetch(`${url}/find`, { headers: { origin: 'https://evil.example' } })).status).toBe(200)
})

test('what Next cannot decode is 400, compressed or not; what fails once an action has begun is 500', async () => {
  const fails =
    (isReached: boolean, isExplicit: boolean): Handle =>
    async (req, res) => {
      for await (const _ of req);
      if (isReached) formReached.publish(undefined)
      res.setHeader('content-encoding', 'gzip')
      if (isExplicit) res.writeHead(500, { 'content-type': 'text/x-component' })
      else res.statusCode = 500
      res.write('canary')
      res.end('canary')
    }
  for (const isExplicit of [false, true]) {
    const { url } = await serve(fails(false, isExplicit))
    const sent = await send(`${url}/book`, field, { 'content-type': multipart })
    expect(sent).toEqual({ status: 400, text: expect.stringMatching(/did not arrive whole/) })
    expect((await fetch(`${url}/book`)).status).toBe(500)
    const { url: reached } = await serve(fails(true, isExplicit))
    expect(
      (await send(`${reached}/book`, field, { 'content-type': multipart }).catch(() => undefined))?.status,
    ).not.toBe(400)
  }
})

test('a header of Next’s with a shape that no browser sends is 400; those that Next tells itself are gone', async () => {
  const { url } = await serve()
  const tree = encodeURIComponent(JSON.stringify(['', { children: ['find', { children: ['__PAGE__', {}] }] }]))
  const asked = (headers: Record<string, string>) => raw(url, '/find', { headers })
  expect((await asked({ rsc: '1', 'next-router-state-tree': tree, 'next-url': '/find' })).status).toBe(200)
  for (const [name, value] of [
    ['next-router-state-tree', 'garbage'],
    ['next-router-state-tree', '%E0%A4%A'],
    ['next-router-state-tree', encodeURIComponent('[1]')],
    ['next-router-state-tree', encodeURIComponent(`${'["",{"children":'.repeat(200)}`)],
    ['next-router-prefetch', 'x'],
    ['next-router-segment-prefetch', 'x'],
    ['next-url', 'x'],
    ['next-action', 'toString'],
    ['rsc', '2'],
  ] as const)
    expect((await asked({ rsc: '1', [name]: value })).status, `${name}: ${value.slice(0, 50)}`).toBe(400)
  const told = ['x-middleware-subrequest', 'x-nextjs-data', 'next-resume', 'x-action-forwarded', 'x-matched-path']
  const seen = await asked(Object.fromEntries(told.map((name) => [name, '1'])))
  expect(Object.keys(JSON.parse(seen.text).headers)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/next|middle|match|action/)]),
  )
})

test('when Next asks us for the next page, it asks as the form’s sender, and that does not count again', async () => {
  const seen: unknown[] = []
  const { url } = await serve(async (req, res) => {
    const { 'x-forwarded-for': address, 'x-request-id': id, 'x-medley-inner': word } = req.headers
    seen.push([address, id])
    if (req.method === 'POST') {
      const headers = { 'x-forwarded-for': '198.51.100.7', 'x-request-id': 'the-form', 'x-medley-inner': String(word) }
      await fetch(`${url}/next`, { headers })
    }
    res.end()
  })
  expect((await send(`${url}/book`, field, { 'content-type': multipart })).status).toBe(200)
  await fetch(`${url}/book`, { headers: { 'x-forwarded-for': '198.51.100.7', 'x-medley-inner': 'x'.repeat(32) } })
  expect(seen).toEqual([
    ['127.0.0.1', expect.any(String)],
    ['198.51.100.7', 'the-form'],
    ['127.0.0.1', expect.stringMatching(/^[0-9a-f-]{36}$/)],
  ])
})

test('an upgrade is a request like any other: it does not go past the gate', async () => {
  const { url } = await serve()
  const headers = { connection: 'Upgrade', upgrade: 'websocket', host: 'evil.example' }
  expect((await raw(url, '/find', { headers })).status).toBe(421)
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
  expect(loggedPath(`/x/${'a'.repeat(65)}/y?z`)).toBe('/x/[token]/y')
  expect(loggedPath('/api/v1/listings?q=depression')).toBe('/api/v1/listings')
})

test('draining cuts a call that does not end, after ten seconds and not before', async () => {
  const { url, server } = await serve(() => new Promise(() => {}))
  const open = fetch(url).catch(() => 'cut')
  await expect.poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(1)
  const begun = performance.now()
  await drain(server)
  expect(performance.now() - begun).toBeGreaterThan(9_500)
  expect(await open).toBe('cut')
})
