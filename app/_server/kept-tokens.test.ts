import { expect, test } from 'vitest'
import { type Capability, mintCapability } from '#db/capability.ts'
import { newId } from '#lib/ids.ts'
import { cookieOf, keptOf, tokenFor, without, withToken } from './kept-tokens.ts'

const tenantId = newId()
const made = (kind: Capability['kind'], id = newId(), version = 9_999) => {
  const token = mintCapability({ kind, tenantId, id, version, expiresAt: new Date('2099-12-31T00:00:00Z') })
  return { token, row: { kind: kind as 'hold' | 'appointment', id } }
}
const keepAll = (all: ReturnType<typeof made>[]) =>
  all.reduce((kept, { token, row }) => withToken(keptOf(cookieOf(kept)), token, row), keptOf(''))

test('a hundred visits and a hundred holds leave the newest twenty and four, in one cookie of a browser’s size', () => {
  const visits = Array.from({ length: 100 }, () => made('appointment'))
  const holds = Array.from({ length: 100 }, () => made('hold'))
  const kept = keepAll(visits.flatMap((visit, i) => [visit, holds[i] ?? visit]))
  expect(`medley.visits=${cookieOf(kept)}`.length).toBeLessThan(4_096)
  const isKept = ({ row }: (typeof visits)[number]) => tokenFor(kept, row) !== undefined
  expect(visits.map(isKept)).toEqual(visits.map((_, i) => i >= 80))
  expect(holds.map(isKept)).toEqual(holds.map((_, i) => i >= 96))
})

test('holds that nobody confirmed push no visit out', () => {
  const visit = made('appointment')
  const kept = keepAll([visit, ...Array.from({ length: 50 }, () => made('hold'))])
  expect(tokenFor(kept, visit.row)).toBe(visit.token)
})

test('a row has one token, the newest; a hold’s never answers for the visit of the same id', () => {
  const id = newId()
  const [older, newer, hold] = [made('appointment', id, 1), made('appointment', id, 2), made('hold', id)]
  const kept = keepAll([older, newer, hold])
  expect(kept).toHaveLength(2)
  expect(tokenFor(kept, { kind: 'appointment', id })).toBe(newer.token)
  expect(tokenFor(keepAll([hold]), { kind: 'appointment', id })).toBeUndefined()
  expect(tokenFor(without(kept, hold.row), hold.row)).toBeUndefined()
  expect(tokenFor(without(kept, hold.row), newer.row)).toBe(newer.token)
})

test.each([
  '',
  '~~~',
  'null',
  '%00',
  'v1.hold.a.b.1.1.x',
  `v1.link.${tenantId}.${tenantId}.1.4102444800.${'x'.repeat(43)}`,
  'x'.repeat(100_000),
])('a cookie that is none holds nothing: %.40s', (value) => {
  expect(keptOf(value)).toEqual([])
})
