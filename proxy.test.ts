import { NextRequest } from 'next/server'
import { expect, test } from 'vitest'
import { proxy } from './proxy.ts'

const visit = (headers: Record<string, string> = {}) => proxy(new NextRequest('http://medley.test/find', { headers }))
const nonceOf = (response: Response) => /'nonce-(\w+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1]

test('every page has a nonce of its own, told to the page and to the browser alike', () => {
  const [one, other] = [visit(), visit()]
  expect(nonceOf(one)).toMatch(/^[0-9a-f]{32}$/)
  expect(nonceOf(one)).not.toBe(nonceOf(other))
  expect(one.headers.get('x-middleware-request-x-nonce')).toBe(nonceOf(one))
  expect(one.headers.get('x-middleware-request-content-security-policy')).toBe(
    one.headers.get('content-security-policy'),
  )
})

test('a visitor cannot choose the nonce or the policy', () => {
  const forged = visit({ 'x-nonce': 'mine', 'content-security-policy': "script-src 'nonce-mine'" })
  expect(nonceOf(forged)).not.toBe('mine')
  expect(forged.headers.get('x-middleware-request-x-nonce')).toBe(nonceOf(forged))
})

test('nothing but our own origin may be loaded, framed or posted to', () => {
  const policy = visit().headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain("form-action 'self'")
  expect(policy).not.toMatch(/https?:|\*/)
})

test('a request keeps the id it came with, and gets one when it has none that is well formed', () => {
  expect(visit({ 'x-request-id': 'req-12345678' }).headers.get('x-request-id')).toBe('req-12345678')
  expect(visit({ 'x-request-id': '<script>' }).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  expect(visit().headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
})
