import type { IncomingHttpHeaders } from 'node:http'
import { expect, test } from 'vitest'
import { cleanHeaders, clientAddress, readProxies, requestIdOf } from './forwarded.ts'

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

test('headers by which a caller could pose as Next or as a proxy are gone', () => {
  const sent: IncomingHttpHeaders = {
    'x-middleware-subrequest': 'proxy:proxy',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-for': '1.2.3.4',
    'x-real-ip': '1.2.3.4',
    forwarded: 'for=1.2.3.4',
    'x-nonce': 'mine',
    accept: 'text/html',
  }
  cleanHeaders(sent, '203.0.113.9', none)
  expect(sent).toEqual({ accept: 'text/html', 'x-forwarded-for': '203.0.113.9' })
})

test('a trusted proxy may say host and protocol', () => {
  const sent: IncomingHttpHeaders = {
    'x-forwarded-host': 'care.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '1',
  }
  cleanHeaders(sent, '10.1.1.1', proxies)
  expect(sent).toEqual({
    'x-forwarded-host': 'care.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-for': '10.1.1.1',
  })
})

test('a request id is taken over only when well formed', () => {
  expect(requestIdOf('click-12345678')).toBe('click-12345678')
  for (const bad of [
    undefined,
    'short',
    'a b c d e f g h',
    'x'.repeat(65),
    'line\nbreak-12345',
    ['a-12345678', 'b-12345678'],
  ]) {
    expect(requestIdOf(bad)).toMatch(/^[0-9a-f-]{36}$/)
  }
})
