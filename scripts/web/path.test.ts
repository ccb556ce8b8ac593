import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isApi, isBuilt, isHealth, isPlain } from './path.ts'

const pieces = [
  ...['_next', 'static', 'api', 'v1', 'find', 'healthz', 'a b', 'é', '...', '.x', 'x.', '[token]', '(market)', '@'],
  ...['.', '..', '', '\\', '\0', '%', '#', ';', '~'],
]
const slashes = ['/', '/', '/', '//', '\\']

/** Each character as it is, encoded, or encoded twice or three times. */
const spelled = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...slashes), fc.constantFrom(...pieces)), { minLength: 1, maxLength: 7 }),
    fc.infiniteStream(fc.nat(9)),
  )
  .map(([parts, choices]) =>
    [...parts.flat().join('')]
      .map((character) => {
        let text = character
        for (let times = Math.max(0, (choices.next().value ?? 0) - 6); times > 0; times -= 1) {
          const encoded = (byte: number) => `%${byte.toString(16).padStart(2, '0')}`
          text = text === character ? [...Buffer.from(character)].map(encoded).join('') : text.replaceAll('%', '%25')
        }
        return text
      })
      .join(''),
  )

/** Where a server ends up that decodes `times` times, takes a backslash for a slash, and resolves as browsers do. */
function resolved(path: string, times: number): string {
  let text = path
  for (let n = 0; n < times; n += 1)
    text = text.replace(/%[\da-f]{2}/gi, (byte) => String.fromCharCode(Number.parseInt(byte.slice(1), 16)))
  const kept: string[] = []
  for (const step of text.split(/[/\\]+/).slice(1)) {
    if (step === '..') kept.pop()
    else if (step !== '.') kept.push(step)
  }
  return `/${kept.join('/')}`
}

test('a path that is let through leads to the same place however often it is decoded and resolved', () => {
  let passed = 0
  fc.assert(
    fc.property(spelled, (path) => {
      if (!isPlain(path)) return
      passed += 1
      for (const times of [0, 1, 2, 3]) {
        const place = resolved(path, times)
        if (isBuilt(path)) expect(place, path).toMatch(/^\/_next\/static\//)
        if (isHealth(path)) expect(place).toBe(path)
        if (isApi(path)) expect(place).toMatch(/^\/api(?:[/?]|$)/)
        expect(place.split('/').length, path).toBe(path.split('/').length)
      }
      const seen = new URL(path, 'http://h')
      expect(seen.host, path).toBe('h')
      expect(seen.pathname.split('/').length, path).toBe(path.split('/').length)
    }),
    { numRuns: 5_000 },
  )
  expect(passed).toBeGreaterThan(200)
})

test.each([
  '/',
  '/find?next=/../x',
  '/p/dr-%C3%A9-100%25',
  '/_next/static/chunks/app/%5Btoken%5D/page-1.js',
  '/m/v1.link.a.b',
  '/x/...',
])('%s is written plainly', (url) => expect(isPlain(url)).toBe(true))

test.each(['//evil.example', 'http://h/find', '*', '/a#b', '/%00', '/a/%2e%2E', '/a/..', '/%5c', '/a%2Fb', '/%25252e'])(
  '%s is not',
  (url) => expect(isPlain(url)).toBe(false),
)
