import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { changeEnv } from '#lib/env.ts'
import { problem } from './problem.ts'
import { rateLimit } from './rate-limit.ts'

changeEnv({ RATE_LIMIT_PER_MINUTE: '3' })
const app = new Hono()
app.onError((error, c) => problem(c, error))
app.use('*', rateLimit)
app.get('/', (c) => c.text('here'))
const from = (address: string) => app.request('/', { headers: { 'x-forwarded-for': address } })

test('so many calls a minute and address; then 429 with Retry-After, and every answer says what is left', async () => {
  const answers = [
    await from('192.0.2.1'),
    await from('9.9.9.9, 192.0.2.1'),
    await from('192.0.2.1'),
    await from('192.0.2.1'),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429])
  expect(answers.map(({ headers }) => headers.get('ratelimit')?.replace(/t=\d+/, 't'))).toEqual(
    [2, 1, 0, 0].map((left) => `"default";r=${left};t`),
  )
  expect(answers.map(({ headers }) => headers.get('ratelimit-policy'))).toEqual(Array(4).fill('"default";q=3;w=60'))
  const refused = answers[3]
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused?.json()).toMatchObject({ status: 429, code: 'limit' })
})

test('another address has its own; one IPv6 network of 64 bits has one', async () => {
  expect((await from('192.0.2.2')).status).toBe(200)
  const network = ['2001:db8::1', '2001:db8::2', '2001:db8:0:0:ffff::3', '2001:db8::4']
  const statuses = []
  for (const address of network) statuses.push((await from(address)).status)
  expect(statuses).toEqual([200, 200, 200, 429])
  expect((await from('2001:db8:0:1::1')).status).toBe(200)
})
