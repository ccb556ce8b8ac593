import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { expect, inject, test } from 'vitest'

// What a partner sees through the real server: HTTP in, Next behind it, Postgres below. Books in the demo and cancels.

// biome-ignore lint/suspicious/noExplicitAny: an answer is what the server says; tests look into it freely.
type Answer = { status: number; type: string; requestId: string; text: string; json: any }
type Sent = { body?: unknown; raw?: string; key?: string; token?: string; headers?: Record<string, string> }
type Free = { listingId: string; serviceId: string; times: { startsAt: string; endsAt: string }[] }

const { web } = inject('demo')
const dayMs = 86_400_000

async function call(method: string, path: string, { body, raw, key, token, headers }: Sent = {}): Promise<Answer> {
  const sent: Record<string, string> = { accept: 'application/json', ...headers }
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  if (text !== undefined) sent['content-type'] ??= 'application/json'
  if (key) sent['idempotency-key'] = key
  if (token) sent.authorization = `Bearer ${token}`
  const res = await fetch(path.startsWith('/api') || path.endsWith('z') ? web + path : `${web}/api/v1${path}`, {
    ...{ method, headers: sent, body: text ?? null },
  })
  const said = await res.text()
  const type = res.headers.get('content-type') ?? ''
  const isJson = /json/.test(type)
  return {
    status: res.status,
    type,
    requestId: res.headers.get('x-request-id') ?? '',
    text: said,
    json: isJson ? JSON.parse(said) : undefined,
  }
}

/** What a refusal must be, wherever it comes from: status, media type, code, and the id that is also in the header. */
function expectProblem(answer: Answer, status: number, code?: string): void {
  expect(answer, answer.text.slice(0, 300)).toMatchObject({ status, json: { status, ...(code ? { code } : {}) } })
  expect(answer.type).toMatch(/^application\/problem\+json/)
  expect(answer.json.requestId).toBe(answer.requestId)
}

/** A listing with `count` free times, none overlapping another, 90 minutes apart, at least four days ahead. */
async function freeTimes(near: string, count: number): Promise<Free> {
  const found = await call('GET', `/listings?near=${near}&radiusKm=80&sort=soonest&limit=20`)
  for (const listing of found.json.data) {
    const service = listing.services[0]
    if (!service) continue
    const from = new Date(Date.now() + 4 * dayMs).toISOString()
    const to = new Date(Date.now() + 25 * dayMs).toISOString()
    const listed = await call('GET', `/listings/${listing.id}/times?service=${service.id}&from=${from}&to=${to}`)
    const times: Free['times'] = []
    for (const time of listed.json.data) {
      const last = times.at(-1)
      if (!last || Date.parse(time.startsAt) - Date.parse(last.startsAt) >= 5_400_000) times.push(time)
    }
    if (times.length >= count) return { listingId: listing.id, serviceId: service.id, times }
  }
  throw new Error(`no listing near ${near} has ${count} free times`)
}

const hold = ({ listingId, serviceId, times }: Free, i: number, key: string = randomUUID()): Promise<Answer> =>
  call('POST', '/holds', { key, body: { listingId, serviceId, startsAt: times[i]?.startsAt } })

const patient = { givenName: 'Contract', familyName: 'Check', email: 'contract@example.org', birthDate: '1984-02-29' }
const book = (held: Answer, key: string = randomUUID()): Promise<Answer> =>
  call('POST', '/appointments', { key, body: { holdId: held.json.id, holdToken: held.json.token, patient } })
const giveBack = (held: Answer): Promise<Answer> => call('DELETE', `/holds/${held.json.id}`, { token: held.json.token })

test('the contract is OpenAPI 3.1 and names every call that the product promises, and no other', async () => {
  const { json } = await call('GET', '/openapi.json')
  expect(json.openapi).toMatch(/^3\.1/)
  const calls = Object.entries<object>(json.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
  )
  expect(calls.sort()).toEqual([
    'DELETE /holds/{id}',
    'GET /appointments/{id}',
    'GET /listings',
    'GET /listings/{id}/times',
    'POST /appointments',
    'POST /appointments/{id}/cancel',
    'POST /appointments/{id}/reschedule',
    'POST /holds',
    'POST /holds/{id}/extend',
  ])
})

test('healthz and readyz answer 200', async () => {
  expect((await call('GET', '/healthz')).status).toBe(200)
  const ready = await call('GET', '/readyz')
  expect(ready.status, ready.text).toBe(200)
})

test('readyz tells how each part is to this machine under our name, to everyone else only whether it is ready', async () => {
  const asked = (headers: Record<string, string>) =>
    new Promise<{ status: number; keys: string[] }>((resolve, reject) => {
      const { hostname, port } = new URL(web)
      request({ hostname, port, path: '/readyz', headers }, async (res) => {
        let text = ''
        for await (const chunk of res) text += chunk
        resolve({ status: res.statusCode ?? 0, keys: Object.keys(JSON.parse(text)) })
      })
        .on('error', reject)
        .end()
    })
  expect(await asked({})).toEqual({ status: 200, keys: ['status', 'parts'] })
  const others: Record<string, string>[] = [
    { host: 'evil.example' },
    { host: 'evil.example', 'x-medley-operator': '1' },
    { 'x-forwarded-for': '203.0.113.9' },
    { forwarded: 'for=203.0.113.9' },
  ]
  for (const headers of others)
    expect(await asked(headers), JSON.stringify(headers)).toEqual({ status: 200, keys: ['status'] })
})

test('book, read, move, cancel: one id for life, replays byte for byte, a freed time free at once', async () => {
  const free = await freeTimes('02139', 3)
  const key = randomUUID()
  const held = await hold(free, 0, key)
  expect(held.status, held.text).toBe(201)
  expect((await hold(free, 0, key)).text).toBe(held.text)
  expectProblem(await hold(free, 1, key), 422, 'idempotency_mismatch')
  const bookingKey = randomUUID()
  const booked = await book(held, bookingKey)
  expect(booked.status, booked.text).toBe(201)
  expect((await book(held, bookingKey)).text).toBe(booked.text)
  const { id, manageToken: token } = booked.json
  expectProblem(await call('GET', `/appointments/${id}`), 404, 'not_found')
  expect((await call('GET', `/appointments/${id}`, { token })).json).toMatchObject({ id, status: 'booked' })
  const startsAt = free.times[2]?.startsAt
  const moved = await call('POST', `/appointments/${id}/reschedule`, { key: randomUUID(), token, body: { startsAt } })
  expect(moved.json, moved.text).toMatchObject({ id, startsAt })
  const freed = await hold(free, 0)
  expect(freed.status, freed.text).toBe(201)
  await giveBack(freed)
  const cancelled = await call('POST', `/appointments/${id}/cancel`, {
    key: randomUUID(),
    token,
    body: { reason: 'contract' },
  })
  expect(cancelled.json, cancelled.text).toMatchObject({ id, status: 'cancelled' })
})

test('100 racers for one time: one winner, 99 are told slot_taken with alternatives', async () => {
  const free = await freeTimes('60601', 1)
  const answers = await Promise.all(Array.from({ length: 100 }, () => hold(free, 0)))
  const won = answers.filter(({ status }) => status === 201)
  expect(won).toHaveLength(1)
  for (const lost of answers.filter(({ status }) => status !== 201)) {
    expectProblem(lost, 409, 'slot_taken')
    expect(lost.json.alternatives).toContainEqual({ startsAt: expect.any(String), endsAt: expect.any(String) })
  }
  await Promise.all(won.map(giveBack))
})

test.each([
  ['a 2 MB body', { raw: JSON.stringify({ x: 'y'.repeat(2_000_000) }) }, 413],
  ['broken JSON', { raw: '{"listingId":' }, 400],
  ['another media type', { raw: 'a=b', headers: { 'content-type': 'text/plain' } }, undefined],
  ['no body', {}, undefined],
  ['an array', { body: [] }, undefined],
])('%s is a clear refusal, never a 500', async (_name, sent, status) => {
  const answer = await call('POST', '/holds', { key: randomUUID(), ...sent })
  expect(answer.status, answer.text).toBeGreaterThanOrEqual(400)
  expect(answer.status, answer.text).toBeLessThan(500)
  expectProblem(answer, status ?? answer.status)
})

test('an address that nothing has is a problem too', async () => {
  expectProblem(await call('GET', '/nothing-here'), 404, 'not_found')
})

test('a caller does not choose the request’s id', async () => {
  for (const id of ['partner-0001', '4bf92f3577b34da6a3ce929d0e0e4736', 'no good']) {
    const { requestId } = await call('GET', '/openapi.json', { headers: { 'x-request-id': id } })
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/)
  }
})

test('every call says what is left of the minute, and each counts once', async () => {
  const left = async () => {
    const { headers } = await fetch(`${web}/api/v1/openapi.json`)
    expect(headers.get('ratelimit-policy')).toMatch(/^"default";q=\d+;w=60$/)
    return (
      headers
        .get('ratelimit')
        ?.match(/^"default";r=(\d+);t=(\d+)$/)
        ?.slice(1)
        .map(Number) ?? []
    )
  }
  const [before = 0, window = 0] = await left()
  const [after = 0, windowAfter = 0] = await left()
  if (windowAfter <= window) expect(after).toBe(before - 1)
})

test.each([
  ['/', 200, true],
  ['/nothing-here', 404, true],
  ['/find/', 308, true],
  ['/t/no-such-clinic', 307, true],
  ['/api/v1/listings?limit=1', 200, false],
  ['/api/v1/nothing', 404, false],
  ['/api/v1/openapi.json', 200, false],
  ['/healthz', 200, false],
  ['/robots.txt', 200, false],
  ['/icon.svg', 200, false],
])('%s (%i) has one policy and every protecting header', async (path, status, isPage) => {
  const { headers, status: seen } = await fetch(web + path, { redirect: 'manual' })
  expect(seen).toBe(status)
  const policy = headers.get('content-security-policy') ?? ''
  expect(policy.match(/default-src/g), policy).toHaveLength(1)
  expect(/'nonce-\w{32}'/.test(policy), policy).toBe(isPage)
  for (const name of ['x-content-type-options', 'x-frame-options', 'referrer-policy', 'permissions-policy'])
    expect(headers.get(name), name).toBeTruthy()
  expect(headers.get('x-powered-by')).toBeNull()
})

test('what Next would fail on is refused before it: TRACE, a form cut short, a form of another site, another’s name', async () => {
  const post = (headers: Record<string, string>, body = 'x') =>
    fetch(`${web}/find`, { method: 'POST', headers: { origin: web, ...headers }, body }).then((res) => res.status)
  expect(await post({ 'content-type': 'multipart/form-data; boundary=XX' })).toBe(400)
  expect(await post({ 'content-type': 'text/plain', 'next-action': 'a'.repeat(42) })).toBe(400)
  expect(await post({ 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' })).toBe(403)
  const asked = (options: object) =>
    new Promise<number>((resolve, reject) => {
      const { hostname, port } = new URL(web)
      request({ hostname, port, path: '/find', ...options }, (res) => resolve(res.resume().statusCode ?? 0))
        .on('error', reject)
        .end()
    })
  expect(await asked({ method: 'TRACE' })).toBe(405)
  expect(await asked({ headers: { host: 'evil.example' } })).toBe(421)
})
