import { expect, test } from 'vitest'
import { randomFrom } from './random.ts'
import { type VisitReason, visitsIn, without } from './visits.ts'

const reason = (change: Partial<VisitReason>): VisitReason => ({
  id: 'a',
  name: 'Visit',
  durationMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  stepMinutes: 15,
  modality: 'in-person',
  audience: 'both',
  minimumAgeYears: 0,
  maximumAgeYears: 150,
  offer: '{}',
  ...change,
})
const services = [
  reason({ id: 'long', durationMinutes: 50, bufferBeforeMinutes: 5, bufferAfterMinutes: 5, stepMinutes: 30 }),
  reason({ id: 'short', durationMinutes: 15 }),
  reason({ id: 'odd', durationMinutes: 20, stepMinutes: 20, bufferAfterMinutes: 5 }),
]
const kathmandu = 345
const seeds = Array.from({ length: 200 }, (_, seed) => `seed ${seed}`)

test('visits are on their grid, inside the open time with their buffers, one after the other', () => {
  for (const seed of seeds) {
    const open = { from: 29_000_003, until: 29_000_483 }
    let last = open.from
    for (const visit of visitsIn(open, services, 0.7, kathmandu, randomFrom(seed))) {
      expect((visit.startsAt + kathmandu) % visit.service.stepMinutes).toBe(0)
      expect(visit.endsAt - visit.startsAt).toBe(visit.service.durationMinutes)
      expect(visit.takes).toEqual({
        from: visit.startsAt - visit.service.bufferBeforeMinutes,
        until: visit.endsAt + visit.service.bufferAfterMinutes,
      })
      expect(visit.takes.from).toBeGreaterThanOrEqual(last)
      expect(visit.takes.until).toBeLessThanOrEqual(open.until)
      last = visit.takes.until
    }
  }
})

test('a full stretch has no room for any service', () => {
  for (const seed of seeds) {
    const open = { from: 29_000_000, until: 29_000_470 }
    const taken = visitsIn(open, services, 1, -300, randomFrom(seed)).map((visit) => visit.takes)
    expect(taken.length).toBeGreaterThan(5)
    for (const gap of without([open], taken)) expect(visitsIn(gap, services, 1, -300, randomFrom(seed))).toEqual([])
  }
})

test('an empty share takes nothing, a short stretch has no place', () => {
  expect(visitsIn({ from: 0, until: 480 }, services, 0, 0, randomFrom('none'))).toEqual([])
  expect(visitsIn({ from: 0, until: 14 }, services, 1, 0, randomFrom('short'))).toEqual([])
})

test('what is taken is cut out: inside, at the edges, across two pieces', () => {
  const open = [
    { from: 0, until: 100 },
    { from: 120, until: 200 },
  ]
  expect(without(open, [{ from: 20, until: 30 }])).toEqual([
    { from: 0, until: 20 },
    { from: 30, until: 100 },
    { from: 120, until: 200 },
  ])
  expect(without(open, [{ from: 90, until: 130 }])).toEqual([
    { from: 0, until: 90 },
    { from: 130, until: 200 },
  ])
  expect(
    without(open, [
      { from: -5, until: 100 },
      { from: 120, until: 200 },
    ]),
  ).toEqual([])
})
