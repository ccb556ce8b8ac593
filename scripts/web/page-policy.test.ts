import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { givePolicy } from './page-policy.ts'

function visit(url = '/find', headers: Record<string, string> = {}): { asked: IncomingMessage; policy: string } {
  const asked = new IncomingMessage(new Socket())
  asked.url = url
  Object.assign(asked.headers, headers)
  const answer = new ServerResponse(asked)
  givePolicy(asked, answer, false)
  return { asked, policy: String(answer.getHeader('content-security-policy') ?? '') }
}
const nonceOf = (policy: string) => /'nonce-(\w+)'/.exec(policy)?.[1]

test('every page has a nonce of its own, told to the page and to the browser alike', () => {
  const [one, other] = [visit(), visit()]
  expect(nonceOf(one.policy)).toMatch(/^[0-9a-f]{32}$/)
  expect(nonceOf(one.policy)).not.toBe(nonceOf(other.policy))
  expect(one.asked.headers['x-nonce']).toBe(nonceOf(one.policy))
  expect(one.asked.headers['content-security-policy']).toBe(one.policy)
})

test('a visitor cannot choose the nonce or the policy', () => {
  const forged = visit('/find', { 'x-nonce': 'mine', 'content-security-policy': "script-src 'nonce-mine'" })
  expect(nonceOf(forged.policy)).not.toBe('mine')
  expect(forged.asked.headers).toMatchObject({
    'x-nonce': nonceOf(forged.policy),
    'content-security-policy': forged.policy,
  })
})

test('nothing but our own origin may be loaded, framed or posted to', () => {
  const { policy } = visit()
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain("form-action 'self'")
  expect(policy).not.toMatch(/https?:|\*/)
})

test.each([
  '/api/v1/listings?near=1',
  '/api',
  '/_next/static/x.js',
  '/healthz',
  '/readyz?x',
  '/icon.svg',
  '/robots.txt',
])('%s is no page: it keeps the policy of everything', (url) => {
  expect(visit(url).policy).toBe('')
})

test.each(['/', '/apiary', '/find?next=/api/', '/healthzone', '/t/robots.txt'])('%s is a page', (url) => {
  expect(visit(url).policy).toContain("default-src 'none'")
})
