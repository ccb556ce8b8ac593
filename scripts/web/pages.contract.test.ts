import fc from 'fast-check'
import { expect, inject, test } from 'vitest'
import { FindInput } from '#domain/directory/input.ts'

// What anyone may type into the address bar of the real server. Each page answers, finds nothing, or sends elsewhere.

const { web } = inject('demo')
const nasty = [
  ...['', '%00', '%ff%fe', '%ED%A0%80', '%E2%80%AE', '%F0%9F%99%82', '%5c', '%2e%2e%2f', '%0d%0aset-cookie:x=1', '%'],
  ...['x'.repeat(500), '9'.repeat(400), '-1', '1e309', 'NaN', '0000-01-01', '2026-02-30', '%2B275760-09-13T00:00:00Z'],
  ...['__proto__', 'constructor', '%27;--', '%3Cscript%3Ealert(1)%3C/script%3E', '[]', '{}', 'v1.link.a.b.1.1.x'],
  '00000000-0000-0000-0000-000000000000',
]
const pages = [
  ...['/', '/find', '/p/X', '/book/X', '/visit/X', '/visit/X/move', '/visit/X/cancel', '/visit/X/calendar', '/m/X'],
  ...['/t/X', '/t/X/block', '/t/X/visits/X', '/t/X/unreached', '/login', '/dev/outbox', '/dev/outbox/X', '/help', '/X'],
]
const keys = [
  ...Object.keys(FindInput.shape),
  ...[
    'missed',
    'why',
    'moved',
    'address',
    'weeks',
    'date',
    'location',
    'practitioner',
    'selected',
    'listing',
    'reason',
  ],
  ...['next', 'other'],
]
const cookies = ['', 'medley.session=x', 'medley.form=e30', 'medley.form=%00', 'locale=../x', '__proto__=x; a']
const garbage = fc.constantFrom(...nasty)

test('whatever a page is asked for, it is never a 500, and markup stays text', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...pages),
      fc.array(garbage, { minLength: 2, maxLength: 2 }),
      fc.array(fc.tuple(fc.constantFrom(...keys), garbage), { maxLength: 3 }),
      fc.constantFrom(...cookies),
      async (page, parts, query, cookie) => {
        const left = [...parts]
        const path = page.replaceAll(/X/g, () => left.pop() ?? '')
        const asked = `${web}${path}?${query.map((pair) => pair.join('=')).join('&')}`
        const answer = await fetch(asked, { redirect: 'manual', headers: { cookie } })
        expect(answer.status, asked).toBeLessThan(500)
        expect(await answer.text(), asked).not.toContain('<script>alert(1)')
        expect(answer.headers.get('set-cookie') ?? '').not.toContain('x=1')
      },
    ),
    { numRuns: 150 },
  )
}, 120_000)
