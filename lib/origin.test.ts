import { expect, test } from 'vitest'
import { isOwnOrigin } from './origin.ts'

const site = 'https://care.example'

test('scheme, name and port must all be those that the caller reached', () => {
  expect(isOwnOrigin('https://care.example', 'care.example', site)).toBe(true)
  expect(isOwnOrigin('https://care.example', 'Care.Example:443', site)).toBe(true)
  expect(isOwnOrigin('http://127.0.0.1:3000', '127.0.0.1:3000', site)).toBe(true)
  expect(isOwnOrigin('http://localhost:3000', 'localhost:3000', 'http://127.0.0.1:3000')).toBe(true)
})

test.each([
  ['the same name without TLS', 'http://care.example', 'care.example'],
  ['another port', 'https://care.example:8443', 'care.example'],
  ['another name', 'https://evil.example', 'care.example'],
  ['a name that ends alike', 'https://evil-care.example', 'care.example'],
  ['this machine, said to have TLS', 'https://127.0.0.1:3000', '127.0.0.1:3000'],
  ['no origin', undefined, 'care.example'],
  ['an empty one', '', 'care.example'],
  ['an opaque one', 'null', 'care.example'],
  ['one with a path', 'https://care.example/', 'care.example'],
  ['a host that is none', 'https://care.example', 'care example'],
])('%s is not our own', (_name, origin, host) => {
  expect(isOwnOrigin(origin, host, site)).toBe(false)
})
