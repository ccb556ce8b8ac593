import { beforeAll, describe, expect, test } from 'vitest'
import { mintCapability } from '#db/capability.ts'
import { aListing, asOwner, guestOf, type ListingFixture } from '#db/testing/fixtures.ts'
import { changeEnv } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'
import { api } from './app.ts'
import { type Answer, breaches, type Call, call, contract } from './testing/client.ts'

const patient = { givenName: 'Ada', familyName: 'Newcomer', email: 'ada@example.org', birthDate: '1984-02-29' }
let clinic: ListingFixture

beforeAll(async () => {
  changeEnv({
    RATE_LIMIT_PER_MINUTE: '100000',
    RATE_LIMIT_HOLDS_PER_ADDRESS: '1000',
    RATE_LIMIT_HOLDS_PER_LISTING_DAY: '1000',
    RATE_LIMIT_BOOKINGS_PER_ADDRESS: '1000',
    RATE_LIMIT_BOOKINGS_PER_LISTING_DAY: '1000',
  })
  clinic = await aListing({ services: [{ cancelUntilMinutes: 60 }, { name: 'Second service', durationMinutes: 60 }] })
})

/** The n-th free time, none overlapping another. */
const timeOf = (n: number, of = clinic): string => of.times[n * 2]?.toISOString() ?? ''
const wish = (n: number, of = clinic) => ({ listingId: of.listingId, serviceId: of.serviceId, startsAt: timeOf(n, of) })
const hold = (n: number, key = newId(), of = clinic) => call('POST', '/holds', { key, body: wish(n, of) })
const book = (held: Answer, more: object = {}, key = newId()) =>
  call('POST', '/appointments', { key, body: { holdId: held.json.id, holdToken: held.json.token, patient, ...more } })

const fault = (status: number, code: string, ...pointers: string[]) => ({
  status,
  type: expect.stringMatching(/^application\/problem\+json/),
  json: expect.objectContaining({
    status,
    code,
    requestId: expect.stringMatching(/^test-/),
    ...(pointers.length > 0 && { errors: pointers.map((pointer) => expect.objectContaining({ pointer })) }),
  }),
})

describe('the contract', () => {
  test('is OpenAPI 3.1, with a summary, an example and every failure for each call', async () => {
    const document = await contract()
    expect(document).toMatchObject({
      openapi: '3.1.0',
      components: { securitySchemes: { capability: { scheme: 'bearer' } } },
    })
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        const failures = ['422', '429', '500', '503', ...(path.includes('{') ? ['404'] : [])]
        expect(Object.keys(operation.responses ?? {}), `${method} ${path}`).toEqual(expect.arrayContaining(failures))
        expect(operation, `${method} ${path}`).toMatchObject({
          summary: expect.any(String),
          tags: [expect.any(String)],
        })
        const needsToken = /^\/api\/v1\/(holds|appointments)\/\{id\}/.test(path)
        expect('security' in operation, `${method} ${path}`).toBe(needsToken)
        if (operation.requestBody)
          expect(operation.requestBody).toMatchObject({ content: { 'application/json': { example: {} } } })
      }
    }
    const patterns = [...JSON.stringify(document).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)]
    expect(patterns).not.toEqual([])
    for (const [, pattern] of patterns) {
      expect(() => new RegExp(JSON.parse(pattern ?? '""'), 'u')).not.toThrow()
      expect(pattern).not.toMatch(/\/u"$|\\p\{/)
    }
    const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map((one) => one.operationId))
    expect(ids).not.toContain(undefined)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('may be kept for minutes, and is asked for again by its version', async () => {
    const ask = (headers = {}) => api.request('http://medley.test/api/v1/openapi.json', { headers })
    const first = await ask()
    expect(first.headers.get('cache-control')).toBe('public, max-age=300')
    const etag = first.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[\w-]{43}"$/)
    const again = await ask({ 'if-none-match': `W/"x", ${etag}` })
    expect([again.status, await again.text()]).toEqual([304, ''])
    expect((await ask({ 'if-none-match': '"other"' })).status).toBe(200)
  })

  test('an answer that breaks it is seen', async () => {
    const good = await call('GET', '/listings?limit=1')
    const seen = (change: object) => breaches('GET', '/listings', { ...good, ...change })
    expect(await seen({})).toEqual([])
    const { page, ...without } = good.json
    for (const change of [
      { json: without },
      { json: { ...good.json, page: { ...page, hasMore: 'no' } } },
      { json: { ...good.json, tenantId: newId() } },
      { type: 'text/html' },
      { status: 418 },
    ]) {
      expect(await seen(change), JSON.stringify(change).slice(0, 100)).toHaveLength(1)
    }
  })
})

describe('finding', () => {
  test('a listing has all that a card needs', async () => {
    const found = await call('GET', '/listings?near=40.75,-73.99&radiusKm=1&sort=nearest&limit=5')
    expect(found.status).toBe(200)
    expect(found.json.data[0]).toMatchObject({
      location: { name: 'Main Street', address: '1 Main Street, Springfield, NY 10001', timeZone: expect.any(String) },
      distanceKm: 0,
      languages: ['English'],
    })
    expect(found.json.near).toEqual({ lat: 40.75, lng: -73.99, label: '40.75, -73.99' })
    expect(found.headers.get('cache-control')).toBe('private, no-store')
  })

  test.each([
    ['near=99999x', '/near'],
    ['near=%00', '/near'],
    ['limit=100000', '/limit'],
    ['limit=1.5', '/limit'],
    ['limit=0x10', '/limit'],
    ['radiusKm=-5', '/radiusKm'],
    ['radiusKm=501', '/radiusKm'],
    ['radiusKm=NaN', '/radiusKm'],
    ['sort=price', '/sort'],
    ['notEmergency=1', '/notEmergency'],
    ['cursor=abc', '/cursor'],
    ['from=yesterday', '/from'],
    ['from=0000-01-01', '/from'],
    ['from=2026-02-30', '/from'],
    ['from=9999-12-31T23:59:59-14:00', '/from'],
    ['specialty=Heart%20care', '/specialty'],
    ['q=a%00b', '/q'],
    [`q=${'x'.repeat(101)}`, '/q'],
    ['service=%EF%BF%BE%0A%01', '/service'],
    ['near=02139&near=10001', '/near'],
    ['q=a&q=b', '/q'],
    ['tenantId=1', '/tenantId'],
    ['a~b%2Fc=1', '/a~0b~1c'],
  ])('?%s is a clear 422', async (query, pointer) => {
    expect(await call('GET', `/listings?${query}`)).toMatchObject(fault(422, 'invalid', pointer))
  })

  test.each([
    'q=%E0%A4%A',
    'q=%F0%9F%99%82',
    'q=%27%3B--',
    'q=&near=&radiusKm=&from=&sort=&limit=&cursor=',
    'language=%25',
    'service=%25_',
  ])('?%s is only a search', async (query) => expect((await call('GET', `/listings?${query}`)).status).toBe(200))

  test('words of an emergency are answered with whom to call and no results, until it is said to be none', async () => {
    const emergency = { flag: 'emergency', call: '911', takesTexts: false }
    const ask = async (query: Record<string, string>) =>
      (await call('GET', `/listings?${new URLSearchParams({ limit: '1', ...query })}`)).json
    expect(await ask({ q: 'can not breath', near: '40.75,-73.99' })).toMatchObject({
      ...{ redFlags: [emergency], isWithheld: true, data: [], total: { count: 0, more: false } },
    })
    expect(await ask({ near: 'me quiero matar' })).toMatchObject({
      redFlags: [{ flag: 'crisis', call: '988', takesTexts: true }],
    })
    expect(await ask({ q: 'took too many pills' })).toMatchObject({
      redFlags: [{ flag: 'poison', call: '1-800-222-1222', takesTexts: false }],
    })
    expect(await ask({ q: 'my partner hits me' })).toMatchObject({
      redFlags: [{ flag: 'violence', call: '1-800-799-7233', takesTexts: false }],
    })
    expect(await ask({ q: 'i was raped' })).toMatchObject({
      redFlags: [{ flag: 'assault', call: '1-800-656-4673', takesTexts: false }],
    })
    const shown = await ask({ q: 'stroke', near: '40.75,-73.99', notEmergency: 'yes' })
    expect(shown).toMatchObject({ redFlags: [emergency], isWithheld: false, near: { label: '40.75, -73.99' } })
    expect(await ask({ q: 'stroke rehab' })).toMatchObject({ redFlags: [], isWithheld: false })
  })

  const times = (query: Record<string, string>) =>
    call('GET', `/listings/${clinic.listingId}/times?${new URLSearchParams(query)}`)

  test('the times of a listing are those that can be held', async () => {
    const [from, to] = [timeOf(0), timeOf(10)]
    const seen = await times({ service: clinic.serviceId, from, to })
    expect(seen.json.timeZone).toBe('America/New_York')
    expect(seen.json.data[0].startsAt).toBe(from)
    expect(seen.json.data.map((time: { startsAt: string }) => time.startsAt)).not.toContain(to)
    const second = await times({ service: clinic.serviceIds[1] ?? '', from, to })
    expect(Date.parse(second.json.data[0].endsAt) - Date.parse(second.json.data[0].startsAt)).toBe(3_600_000)
  })

  test('which times has bounds', async () => {
    const [from, to] = ['2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z']
    const service = clinic.serviceId
    expect(await times({ from, to })).toMatchObject(fault(422, 'invalid', '/service'))
    expect(await times({ service, to })).toMatchObject(fault(422, 'invalid', '/from'))
    expect(await times({ service, from })).toMatchObject(fault(422, 'invalid', '/to'))
    expect(await times({ service, from, to: from })).toMatchObject(fault(422, 'invalid', '/to'))
    expect(await times({ service, from: '2026-01-01T00:00:00Z', to })).toMatchObject(fault(422, 'invalid', '/to'))
    expect(await times({ service, from: '2026-11-01', to })).toMatchObject(fault(422, 'invalid', '/from'))
    expect(await times({ service: newId(), from, to })).toMatchObject(fault(422, 'invalid', '/service'))
    expect(await times({ service, from, to, limit: '1' })).toMatchObject(fault(422, 'invalid', '/limit'))
    const path = `times?${new URLSearchParams({ service, from, to })}`
    expect(await call('GET', `/listings/${clinic.listingId}/${path}&from=${from}`)).toMatchObject(
      fault(422, 'invalid', '/from'),
    )
    expect(await call('GET', `/listings/${newId()}/${path}`)).toMatchObject(fault(404, 'not_found'))
    expect(await call('GET', `/listings/not-an-id/${path}`)).toMatchObject(fault(404, 'not_found'))
  })
})

describe('holding', () => {
  test('a hold is answered again byte for byte; its time is not offered; given back it is', async () => {
    const key = newId()
    const first = await hold(0, key)
    expect(first.status).toBe(201)
    expect(first.json).toMatchObject({ startsAt: timeOf(0), id: expect.any(String) })
    expect(Date.parse(first.json.expiresAt) - Date.now()).toBeGreaterThan(590_000)
    const again = await hold(0, key)
    expect([again.status, again.text]).toEqual([first.status, first.text])
    expect(await hold(1, key)).toMatchObject(fault(422, 'idempotency_mismatch'))
    const taken = await hold(0)
    expect(taken).toMatchObject(fault(409, 'slot_taken'))
    expect(taken.json.alternatives.length).toBeGreaterThan(0)
    const longer = await call('POST', `/holds/${first.json.id}/extend`, { token: first.json.token })
    expect(longer.status).toBe(200)
    expect(longer.json.expiresAt >= first.json.expiresAt).toBe(true)
    const path = `/holds/${first.json.id}`
    expect(await call('DELETE', path, { token: first.json.token })).toMatchObject({ status: 204, text: '' })
    expect(await call('DELETE', path, { token: first.json.token })).toMatchObject({ status: 204 })
    expect((await hold(0)).status).toBe(201)
  })

  test('a key is 16 to 255 characters', async () => {
    for (const key of [undefined, '', 'short', 'x'.repeat(15), 'x'.repeat(256)]) {
      expect(await call('POST', '/holds', { key, body: wish(1) })).toMatchObject(fault(400, 'bad_request'))
    }
    for (const key of ['x'.repeat(16), 'y'.repeat(255)]) {
      const held = await call('POST', '/holds', { key: key.slice(8) + newId().slice(-8), body: wish(1) })
      expect(held.status).toBe(201)
      await call('DELETE', `/holds/${held.json.id}`, { token: held.json.token })
    }
  })

  test.each<[string, object, number, string]>([
    ['off the grid', { startsAt: () => new Date(Date.parse(timeOf(2)) + 61_000).toISOString() }, 422, '/startsAt'],
    ['in the past', { startsAt: '2020-01-01T10:00:00Z' }, 422, '/startsAt'],
    ['in the year 9999', { startsAt: '9999-12-31T23:59:59Z' }, 422, '/startsAt'],
    ['before the calendar', { startsAt: '0000-01-01T00:00:00Z' }, 422, '/startsAt'],
    ['at noon', { startsAt: 'noon' }, 422, '/startsAt'],
    ['at a number', { startsAt: 1 }, 422, '/startsAt'],
    ['of no service', { serviceId: undefined }, 422, '/serviceId'],
    ['of an unknown service', { serviceId: newId() }, 422, '/startsAt'],
    ['of an unknown listing', { listingId: newId() }, 404, ''],
    ['with an extra field', { tenantId: newId() }, 422, '/tenantId'],
  ])('a hold %s is refused clearly', async (_name, change, status, pointer) => {
    const resolved = Object.fromEntries(Object.entries(change).map(([k, v]) => [k, typeof v === 'function' ? v() : v]))
    const answer = await call('POST', '/holds', { key: newId(), body: { ...wish(2), ...resolved } })
    expect(answer).toMatchObject(status === 404 ? fault(404, 'not_found') : fault(status, 'invalid', pointer))
  })

  test('a time that is not offered says why, with others and the clinic’s phone', async () => {
    const own = await aListing({ service: { minimumNoticeMinutes: 1_440, horizonDays: 30 } })
    const [day, midnight] = [86_400_000, new Date(Math.floor(own.at.getTime() / 86_400_000) * 86_400_000)]
    const said = async (startsAt: Date) => {
      const { json } = await call('POST', '/holds', {
        ...{ key: newId(), body: { ...wish(0, own), startsAt: startsAt.toISOString() } },
      })
      expect(json).toMatchObject({
        code: 'invalid',
        phone: expect.stringMatching(/555/),
        alternatives: expect.any(Array),
      })
      return json.errors[0].code
    }
    expect(await said(new Date(own.at.getTime() + 60_000))).toBe('time_off_grid')
    // The first of the times is on the third day after today: four days before it is yesterday, whatever hour it is.
    expect(await said(new Date(own.at.getTime() - day * 4))).toBe('time_past')
    expect(await said(new Date(own.at.getTime() + day * 60))).toBe('time_too_far')
    expect(await said(new Date(midnight.getTime() + day * 2 + 6 * 3_600_000))).toBe('time_outside_hours')
  })

  const media = 'unsupported_media_type'
  test.each<[string, Call, number, string]>([
    ['broken JSON', { raw: '{"listingId":' }, 400, 'bad_request'],
    ['an empty body', { raw: '' }, 400, 'bad_request'],
    ['a list', { raw: '[]' }, 422, 'invalid'],
    ['null', { raw: 'null' }, 422, 'invalid'],
    ['a form', { raw: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, media],
    ['plain text', { raw: '{}', headers: { 'content-type': 'text/plain' } }, 415, media],
    ['no type', { raw: '{}', headers: { 'content-type': '' } }, 415, media],
    ['2 MB', { raw: JSON.stringify({ x: 'y'.repeat(2e6) }) }, 413, 'too_large'],
    ['depth', { raw: '['.repeat(20_000) + ']'.repeat(20_000) }, 422, 'invalid'],
    ['a prototype', { raw: '{"__proto__":{"x":1},"constructor":{}}' }, 422, 'invalid'],
  ])('a body of %s is refused clearly', async (_name, sent, status, code) => {
    expect(await call('POST', '/holds', { key: newId(), ...sent })).toMatchObject(fault(status, code))
  })

  test('a token opens its own hold and nothing else', async () => {
    const [mine, other] = [await hold(3), await hold(4)]
    const { id, token } = mine.json
    const cut = token.slice(0, -1)
    const expired = mintCapability({
      ...guestOf({ ...clinic, id, kind: 'hold' }).capability,
      expiresAt: new Date(Date.now() - 1000),
    })
    const manage = mintCapability(guestOf({ ...clinic, id, kind: 'appointment' }).capability)
    for (const wrong of [undefined, '', 'x', cut, other.json.token, expired, manage, 'x'.repeat(500), `${token}.`]) {
      expect(await call('POST', `/holds/${id}/extend`, { token: wrong })).toMatchObject(fault(404, 'not_found'))
      expect(await call('DELETE', `/holds/${id}`, { token: wrong })).toMatchObject(fault(404, 'not_found'))
      const body = { holdId: id, holdToken: wrong ?? '', patient }
      expect((await call('POST', '/appointments', { key: newId(), body })).status).toBe(
        (wrong ?? '').length > 400 ? 422 : 404,
      )
    }
    expect(await call('POST', '/holds/nothing/extend', { token })).toMatchObject(fault(404, 'not_found'))
    expect((await call('POST', `/holds/${id}/extend`, { headers: { authorization: `bearer  ${token}` } })).status).toBe(
      200,
    )
  })

  test('an address has so many live holds and no more, whatever it says it is', async () => {
    changeEnv({ RATE_LIMIT_HOLDS_PER_ADDRESS: '2' })
    const from = (address: string) => ({ 'x-forwarded-for': address })
    const take = (n: number, headers: Record<string, string>) =>
      call('POST', '/holds', { key: newId(), body: wish(n), headers })
    expect((await take(30, from('203.0.113.1'))).status).toBe(201)
    expect((await take(31, from('1.1.1.1, 203.0.113.1'))).status).toBe(201)
    const refused = await take(32, from('2.2.2.2, 203.0.113.1'))
    expect(refused).toMatchObject(fault(429, 'limit'))
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await take(32, from('203.0.113.2'))).status).toBe(201)
    changeEnv({ RATE_LIMIT_HOLDS_PER_ADDRESS: '1000' })
  })

  test('an address has so many live holds on one day of a listing; its other days are free, and so is the day for others', async () => {
    const own = await aListing()
    changeEnv({ RATE_LIMIT_HOLDS_PER_LISTING_DAY: '2' })
    const take = (n: number, address = '203.0.113.9') =>
      call('POST', '/holds', { key: newId(), body: wish(n, own), headers: { 'x-forwarded-for': address } })
    const day = (n: number) => new Date(timeOf(n, own)).toLocaleDateString('en-US', { timeZone: own.zone })
    const places = Array.from({ length: 40 }, (_, n) => n)
    const sameDay = places.filter((n) => day(n) === day(39)).slice(0, 3)
    const other = places.find((n) => day(n) !== day(39)) ?? 0
    const statuses = []
    for (const n of [...sameDay, other]) statuses.push((await take(n)).status)
    statuses.push((await take(sameDay[2] ?? 0, '203.0.113.10')).status)
    changeEnv({ RATE_LIMIT_HOLDS_PER_LISTING_DAY: '1000' })
    expect(statuses).toEqual([201, 201, 429, 201, 201])
  })

  test('thirty racers for one time: one winner, the others are told', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => hold(20)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ json }) => json.code === 'slot_taken')).toHaveLength(29)
  })

  test('a key is another key for someone at another address: no token, and no way to lock its owner out', async () => {
    const [key, other] = [newId(), { 'x-forwarded-for': '203.0.113.77' }]
    const mine = await hold(22, key)
    const stolen = await call('POST', '/holds', { key, body: wish(22), headers: other })
    expect(stolen).toMatchObject(fault(409, 'slot_taken'))
    const squatted = newId()
    expect((await call('POST', '/holds', { key: squatted, body: wish(23), headers: other })).status).toBe(201)
    const own = await hold(24, squatted)
    expect(own.status).toBe(201)
    expect((await hold(24, squatted)).text).toBe(own.text)
    expect((await hold(22, key)).text).toBe(mine.text)
  })

  test('with a secret of its own a client repeats a hold from any address, and nobody without it', async () => {
    const [key, secret] = [newId(), `secret-${newId()}`]
    const from = (address: string, given?: string) =>
      call('POST', '/holds', {
        ...{ key, body: wish(25) },
        headers: { 'x-forwarded-for': address, ...(given && { 'idempotency-secret': given }) },
      })
    const first = await from('203.0.113.80', secret)
    expect(first.status).toBe(201)
    expect((await from('203.0.113.81', secret)).text).toBe(first.text)
    for (const given of [undefined, `other-${newId()}`])
      expect(await from('203.0.113.80', given)).toMatchObject(fault(409, 'slot_taken'))
    expect(await from('203.0.113.80', 'short')).toMatchObject(fault(400, 'bad_request'))
  })

  test('once it is booked, the token of the hold opens only the answer of its own booking, under that one’s key', async () => {
    const [holdKey, key] = [newId(), newId()]
    const held = await hold(26, holdKey)
    const booked = await book(held, {}, key)
    // What someone gets who repeats the hold: its token still, and that opens nothing.
    const { id, token } = (await hold(26, holdKey)).json
    expect(id).toBe(booked.json.id)
    expect(await call('POST', `/holds/${id}/extend`, { token })).toMatchObject(fault(410, 'hold_expired'))
    expect(await call('GET', `/appointments/${id}`, { token })).toMatchObject(fault(404, 'not_found'))
    const change = { key: newId(), token, body: {} }
    expect(await call('POST', `/appointments/${id}/cancel`, change)).toMatchObject(fault(404, 'not_found'))
    expect(await book(held)).toMatchObject(fault(409, 'conflict'))
    expect((await call('DELETE', `/holds/${id}`, { token })).status).toBe(204)
    expect((await book(held, {}, key)).text).toBe(booked.text)
    const after = await call('GET', `/appointments/${id}`, { token: booked.json.manageToken })
    expect(after.json.status).toBe('booked')
  })

  test('twins of one key get one hold', async () => {
    const key = newId()
    const answers = await Promise.all(Array.from({ length: 5 }, () => hold(21, key)))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  })
})

describe('booking', () => {
  test('book, read, move, cancel: each answered again byte for byte', async () => {
    const key = newId()
    const held = await hold(5)
    const booked = await book(held, {}, key)
    expect(booked).toMatchObject({
      status: 201,
      json: {
        id: held.json.id,
        status: 'booked',
        startsAt: timeOf(5),
        manageUrl: expect.stringMatching(/^https:\/\/medley\.test\/m\/v1\.link\./),
      },
    })
    expect((await book(held, {}, key)).text).toBe(booked.text)
    expect(await book(held, { patient: { ...patient, givenName: 'Eva' } }, key)).toMatchObject(
      fault(422, 'idempotency_mismatch'),
    )
    expect(await book(held)).toMatchObject(fault(409, 'conflict'))

    const path = `/appointments/${booked.json.id}`
    const token = booked.json.manageToken
    expect(await call('GET', path)).toMatchObject(fault(404, 'not_found'))
    expect(await call('GET', path, { token: held.json.token })).toMatchObject(fault(404, 'not_found'))
    expect((await call('GET', path, { token })).json).toEqual({
      ...{ id: booked.json.id, status: 'booked', startsAt: timeOf(5), endsAt: booked.json.endsAt },
    })

    const move = (startsAt: string, moveKey = newId()) =>
      call('POST', `${path}/reschedule`, { key: moveKey, token, body: { startsAt } })
    const moveKey = newId()
    const moved = await move(timeOf(6), moveKey)
    expect(moved).toMatchObject({ status: 200, json: { id: booked.json.id, startsAt: timeOf(6), status: 'booked' } })
    expect((await move(timeOf(6), moveKey)).text).toBe(moved.text)
    expect(await move('2020-01-01T00:00:00Z')).toMatchObject(fault(422, 'invalid', '/startsAt'))
    expect(await call('POST', `${path}/reschedule`, { token, body: { startsAt: timeOf(7) } })).toMatchObject(
      fault(400, 'bad_request'),
    )
    expect((await hold(5)).status).toBe(201)

    const cancelKey = newId()
    const cancel = () => call('POST', `${path}/cancel`, { key: cancelKey, token, body: { reason: 'check' } })
    const gone = await cancel()
    expect(gone).toMatchObject({ status: 200, json: { status: 'cancelled', startsAt: timeOf(6) } })
    expect((await cancel()).text).toBe(gone.text)
    expect(await move(timeOf(7))).toMatchObject(fault(409, 'not_allowed_now'))
    expect((await hold(6)).status).toBe(201)
  })

  test('an address books so often a day and no more, however many keys and holds it has', async () => {
    changeEnv({ RATE_LIMIT_BOOKINGS_PER_ADDRESS: '2' })
    const headers = { 'x-forwarded-for': '203.0.113.60' }
    const answers = []
    for (const n of [27, 28, 29]) {
      const held = await call('POST', '/holds', { key: newId(), body: wish(n), headers })
      const body = { holdId: held.json.id, holdToken: held.json.token, patient }
      answers.push(await call('POST', '/appointments', { key: newId(), body, headers }))
    }
    changeEnv({ RATE_LIMIT_BOOKINGS_PER_ADDRESS: '1000' })
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 429])
    expect(answers[2]).toMatchObject(fault(429, 'limit'))
    expect(answers[2]?.json.phone).toMatch(/555/)
    expect(Number(answers[2]?.headers.get('retry-after'))).toBeGreaterThan(80_000)
  })

  const child = { ...patient, birthDate: new Date(Date.now() - 4 * 366 * 86_400_000).toISOString().slice(0, 10) }

  const version = '/acknowledged/0/version'
  test.each<[string, object, string[]]>([
    ['a child without an adult', { patient: child }, ['/bookedBy']],
    ['no way to reach anyone', { patient: { ...patient, email: undefined } }, ['/patient/email']],
    ['a birth date to come', { patient: { ...patient, birthDate: '2199-01-01' } }, ['/patient/birthDate']],
    ['no birth date', { patient: { ...patient, birthDate: undefined } }, ['/patient/birthDate']],
    ['no name', { patient: { ...patient, givenName: ' ' } }, ['/patient/givenName']],
    ['markup for a name', { patient: { ...patient, familyName: '<b>x</b>' } }, ['/patient/familyName']],
    ['a zero byte', { patient: { ...patient, familyName: 'a\u0000b' } }, ['/patient/familyName']],
    ['two addresses', { patient: { ...patient, email: 'a@b.org, c@d.org' } }, ['/patient/email']],
    ['a header in the address', { patient: { ...patient, email: 'a@b.org\r\nBcc: c@d.org' } }, ['/patient/email']],
    ['half a character', { patient: { ...patient, familyName: 'a\ud83d' } }, ['/patient/familyName']],
    ['a name that turns the line', { patient: { ...patient, givenName: 'Ada\u202e' } }, ['/patient/givenName']],
    ['emoji for a name', { patient: { ...patient, givenName: '🙂' } }, ['/patient/givenName']],
    ['a zero byte for a version', { acknowledged: [{ document: 'terms', version: '1\u0000' }] }, [version]],
    ['an extra field', { patient: { ...patient, personId: newId() } }, ['/patient/personId']],
    ['a status', { status: 'fulfilled' }, ['/status']],
    ['no patient', { patient: undefined }, ['/patient']],
    ['an unknown document', { acknowledged: [{ document: 'x', version: '1' }] }, ['/acknowledged/0/document']],
    [
      'several faults',
      { patient: { ...patient, givenName: '', email: 'x' } },
      ['/patient/givenName', '/patient/email'],
    ],
  ])('%s is refused at its field', async (_name, change, pointers) => {
    const held = await hold(8)
    expect(await book(held, change)).toMatchObject(fault(422, 'invalid', ...pointers))
    await call('DELETE', `/holds/${held.json.id}`, { token: held.json.token })
  })

  test('names of every script are kept, in one form however they were typed', async () => {
    const names = ['Zoe\u0308', 'نیک\u200cنام', 'שָׁלוֹם', '李', 'O’Neil-Ní', 'Gal·la']
    for (const [n, givenName] of names.entries()) {
      const { json, status } = await book(await hold(40 + n), { patient: { ...patient, givenName } })
      expect(status, givenName).toBe(201)
      const [kept] = await asOwner((tx) => tx`select given_name as name from patient where id = ${json.id}`)
      expect(kept?.name).toBe(givenName.normalize('NFC'))
    }
  })

  test('an adult books for a child', async () => {
    const bookedBy = { givenName: 'Grace', familyName: 'Newcomer', phone: '202 555 0143', relationship: 'parent' }
    const booked = await book(await hold(9), { patient: { ...child, email: undefined }, bookedBy })
    expect(booked.status).toBe(201)
  })

  test('a hold that ran out is 410', async () => {
    const held = await hold(10)
    await asOwner(async (tx) => {
      await tx`update occupancy set expires_at = now() - interval '1 second' where appointment_id = ${held.json.id}`
      await tx`update hold set expires_at = now() - interval '1 second' where id = ${held.json.id}`
    })
    expect(await book(held)).toMatchObject(fault(410, 'hold_expired'))
    expect(await call('POST', `/holds/${held.json.id}/extend`, { token: held.json.token })).toMatchObject(
      fault(410, 'hold_expired'),
    )
  })

  test('a reason that Postgres cannot keep is refused, and nothing is cancelled', async () => {
    const { json } = await book(await hold(11))
    const path = `/appointments/${json.id}`
    const cancel = (body: object) => call('POST', `${path}/cancel`, { key: newId(), token: json.manageToken, body })
    expect(await cancel({ reason: 'a\u0000b' })).toMatchObject(fault(422, 'invalid', '/reason'))
    expect(await cancel({ reason: 'a\udc00b' })).toMatchObject(fault(422, 'invalid', '/reason'))
    expect(await cancel({ reason: 'x'.repeat(501) })).toMatchObject(fault(422, 'invalid', '/reason'))
    expect(await cancel({ reason: 1 })).toMatchObject(fault(422, 'invalid', '/reason'))
    expect((await call('GET', path, { token: json.manageToken })).json.status).toBe('booked')
  })

  test('a reason that is a red flag cancels all the same, and says whom to call, each time', async () => {
    const { json } = await book(await hold(13))
    const key = newId()
    const cancel = () =>
      call('POST', `/appointments/${json.id}/cancel`, {
        ...{ key, token: json.manageToken, body: { reason: 'having chest pains, cant come' } },
      })
    const gone = await cancel()
    expect(gone).toMatchObject({ status: 200, json: { status: 'cancelled', redFlags: [{ call: '911' }] } })
    expect((await cancel()).text).toBe(gone.text)
  })

  test('too late to change is 409 with the clinic’s phone; a revoked token opens nothing', async () => {
    const { json } = await book(await hold(12))
    const path = `/appointments/${json.id}`
    const token = json.manageToken
    await asOwner(
      (tx) => tx`update appointment set offer = offer || '{"cancelUntilMinutes": 5000000}' where id = ${json.id}`,
    )
    const late = await call('POST', `${path}/cancel`, { key: newId(), token, body: { reason: 'cant breathe' } })
    expect(late).toMatchObject(fault(409, 'not_allowed_now'))
    expect(late.json.phone).toMatch(/555/)
    expect(late.json.redFlags).toMatchObject([{ call: '911' }])
    await asOwner((tx) => tx`update appointment set access_version = 2 where id = ${json.id}`)
    expect(await call('GET', path, { token })).toMatchObject(fault(404, 'not_found'))
    expect(await call('POST', `${path}/cancel`, { key: newId(), token, body: {} })).toMatchObject(
      fault(404, 'not_found'),
    )
  })
})

describe('faults', () => {
  const bare = async (method: string, path: string) => {
    const response = await api.request(`http://medley.test${path}`, {
      method,
      headers: { 'x-request-id': 'test-12345678' },
    })
    const { status, headers } = response
    return { status, headers, type: headers.get('content-type'), json: await response.json() }
  }

  test.each([
    ['GET', '/api/v1/nothing'],
    ['GET', '/api/v1'],
    ['GET', '/api'],
    ['GET', '/api/v2/listings'],
    ['DELETE', '/api/v1/holds/a/b/c'],
  ])('%s %s is a 404 problem', async (method, path) => {
    expect(await bare(method, path)).toMatchObject(fault(404, 'not_found'))
  })

  test.each([
    ['PUT', '/api/v1/holds', 'POST, OPTIONS'],
    ['GET', '/api/v1/holds', 'POST, OPTIONS'],
    ['PATCH', `/api/v1/holds/${newId()}`, 'DELETE, OPTIONS'],
    ['DELETE', '/api/v1/listings', 'GET, HEAD, OPTIONS'],
    ['POST', '/api/v1/openapi.json', 'GET, HEAD, OPTIONS'],
  ])('%s %s is a 405 problem that says what is taken', async (method, path, allow) => {
    const answer = await bare(method, path)
    expect(answer).toMatchObject(fault(405, 'method_not_allowed'))
    expect(answer.headers.get('allow')).toBe(allow)
    const asked = await api.request(`http://medley.test${path}`, { method: 'OPTIONS' })
    expect([asked.status, asked.headers.get('allow')]).toEqual([204, allow])
  })

  test('a failure is never kept by anyone in between', async () => {
    for (const path of ['/api/v1/nothing', '/api/nothing', '/api/v1/holds']) {
      expect((await bare('GET', path)).headers.get('cache-control')).toBe('private, no-store')
    }
  })

  test('what goes wrong inside is a 500 with the request’s id and without its text', async () => {
    const held = await hold(13)
    const { CAPABILITY_KEY } = (await import('#scripts/test/settings.ts')).testSettings
    changeEnv({ CAPABILITY_KEY: undefined })
    const answer = await book(held)
    changeEnv({ CAPABILITY_KEY })
    expect(answer).toMatchObject(fault(500, 'internal'))
    expect(answer.text).not.toContain('CAPABILITY_KEY')
    expect((await book(held)).status).toBe(201)
  })

  test('without the database it is 503 with Retry-After, and back after', async () => {
    const { env } = await import('#lib/env.ts')
    const url = env().DATABASE_URL
    changeEnv({ DATABASE_URL: 'postgres://medley_web:x@127.0.0.1:1/none' })
    const answer = await call('GET', '/listings')
    changeEnv({ DATABASE_URL: url })
    expect(answer).toMatchObject(fault(503, 'unavailable'))
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await call('GET', '/listings')).status).toBe(200)
  })
})
