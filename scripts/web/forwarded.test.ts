import type { IncomingHttpHeaders } from 'node:http'
import { expect, test } from 'vitest'
import { cleanHeaders, clientAddress, isOperator, readProxies } from './forwarded.ts'

const none = readProxies('')
const proxies = readProxies('10.0.0.0/8, 192.0.2.7 2001:db8::/32')

test('a forged x-forwarded-for counts for nothing when the peer is not a proxy', () => {
  expect(clientAddress('203.0.113.9', '1.2.3.4', none)).toBe('203.0.113.9')
  expect(clientAddress('203.0.113.9', '1.2.3.4', proxies)).toBe('203.0.113.9')
})

test('behind a trusted proxy it is the last hop that no trusted proxy is', () => {
  expect(clientAddress('10.1.1.1', '1.2.3.4, 198.51.100.5, 192.0.2.7', proxies)).toBe('198.51.100.5')
  expect(clientAddress('2001:db8::1', '198.51.100.5', proxies)).toBe('198.51.100.5')
  expect(clientAddress('::ffff:10.1.1.1', '::ffff:198.51.100.5', proxies)).toBe('198.51.100.5')
})

test('garbage from a trusted proxy counts for the proxy itself', () => {
  expect(clientAddress('10.1.1.1', '198.51.100.5, unknown', proxies)).toBe('10.1.1.1')
  expect(clientAddress('10.1.1.1', undefined, proxies)).toBe('10.1.1.1')
  expect(clientAddress('10.1.1.1', '10.2.2.2', proxies)).toBe('10.1.1.1')
})

test('a setting that is no address is named', () => {
  for (const bad of ['10.0.0.0/33', 'proxy.local', '1.2.3.4/8/9', '1.2.3.4/x'])
    expect(() => readProxies(bad)).toThrow(bad)
})

const cleaned = (headers: IncomingHttpHeaders, peer: string, trusted = none): IncomingHttpHeaders => {
  cleanHeaders(headers, peer, trusted)
  return headers
}
const ownId = /^[0-9a-f]{8}-[0-9a-f-]{27}$/

test('headers by which a caller could pose as a proxy or as us are gone', () => {
  const sent: IncomingHttpHeaders = {
    'x-forwarded-host': 'evil.example',
    'x-forwarded-for': '1.2.3.4',
    'x-real-ip': '1.2.3.4',
    forwarded: 'for=1.2.3.4',
    'x-nonce': 'mine',
    'x-medley-operator': '1',
    accept: 'text/html',
  }
  expect(cleaned(sent, '203.0.113.9')).toEqual({
    accept: 'text/html',
    'x-forwarded-for': '203.0.113.9',
    'x-request-id': expect.stringMatching(ownId),
  })
})

test('a trusted proxy may say the host and the request’s id; the protocol is what PUBLIC_URL says', () => {
  const sent: IncomingHttpHeaders = {
    'x-forwarded-host': 'care.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '1',
    'x-request-id': '4bf92f3577b34da6a3ce929d0e0e4736',
  }
  expect(cleaned(sent, '10.1.1.1', proxies)).toEqual({
    'x-forwarded-host': 'care.example',
    'x-forwarded-for': '10.1.1.1',
    'x-request-id': '4bf92f3577b34da6a3ce929d0e0e4736',
  })
})

test('nobody else chooses a request’s id, and a proxy only one of the right shape', () => {
  const idOf = (id: string | string[], peer: string) =>
    cleaned({ 'x-request-id': id } as unknown as IncomingHttpHeaders, peer, proxies)['x-request-id']
  expect(idOf('4bf92f3577b34da6a3ce929d0e0e4736', '203.0.113.9')).toMatch(ownId)
  expect(idOf('4bf92f3577b34da6a3ce929d0e0e4736', '127.0.0.1')).toMatch(ownId)
  for (const bad of [
    'short',
    'a b c d e f g h i j k l',
    'x'.repeat(65),
    'line\nbreak-1234567890',
    'a_b_c_d_e_f_g_h_i_j',
  ])
    expect(idOf(bad, '10.1.1.1'), bad).toMatch(ownId)
  expect(idOf(['4bf92f3577b34da6a', '4bf92f3577b34da6b'], '10.1.1.1')).toMatch(ownId)
})

test('how our parts are is for this machine and for a proxy that asks for its own sake', () => {
  const asks = (peer: string, headers: IncomingHttpHeaders = {}) => isOperator(headers, peer, proxies)
  expect([asks('127.0.0.1'), asks('::1'), asks('::ffff:127.0.0.1'), asks('10.1.1.1')]).toEqual(Array(4).fill(true))
  expect(asks('203.0.113.9')).toBe(false)
  for (const peer of ['127.0.0.1', '10.1.1.1']) {
    expect(asks(peer, { 'x-forwarded-for': '203.0.113.9' })).toBe(false)
    expect(asks(peer, { forwarded: 'for=203.0.113.9' })).toBe(false)
  }
})
