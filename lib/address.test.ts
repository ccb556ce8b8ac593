import { expect, test } from 'vitest'
import { isLoopback, lastHop, subscriberOf } from './address.ts'

test('the last hop counts, whatever a caller wrote before it', () => {
  expect(lastHop('1.2.3.4, 198.51.100.5')).toBe('198.51.100.5')
  expect(lastHop('198.51.100.5')).toBe('198.51.100.5')
  for (const nothing of [null, undefined, '', ' ']) expect(lastHop(nothing)).toBe('unknown')
})

test('an IPv4 address is a subscriber, an IPv6 network of 64 bits is one', () => {
  expect(subscriberOf('198.51.100.5')).toBe('198.51.100.5')
  expect(subscriberOf('::ffff:198.51.100.5')).toBe('::ffff:198.51.100.5')
  const same = ['2001:db8:0:1::1', '2001:DB8::1:ffff:0:0:2', '2001:0db8:0000:0001:9:8:7:6', '2001:db8:0:1::%eth0']
  for (const address of same) expect(subscriberOf(address)).toBe('2001:db8:0:1::/64')
  expect(subscriberOf('2001:db8:0:2::1')).toBe('2001:db8:0:2::/64')
  expect(subscriberOf('::1')).toBe('0:0:0:0::/64')
  expect(subscriberOf('unknown')).toBe('unknown')
})

test('this machine has its own addresses, whichever socket they came in on', () => {
  for (const own of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1']) expect(isLoopback(own), own).toBe(true)
  for (const other of ['128.0.0.1', '127.example', '10.0.0.1', '::', '2001:db8::1', '::ffff:10.0.0.1', 'unknown'])
    expect(isLoopback(other), other).toBe(false)
})
