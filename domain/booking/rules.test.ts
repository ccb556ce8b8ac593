import { expect, test } from 'vitest'
import { type AppointmentStatus, accessEnds, next, openSteps, type Step } from './rules.ts'

const startsAt = new Date('2026-11-25T14:00:00Z')
const secondBefore = new Date('2026-11-25T13:59:59Z')
const statuses: AppointmentStatus[] = ['booked', 'arrived', 'fulfilled', 'cancelled', 'noshow']
const steps: Step[] = ['arrive', 'fulfil', 'noshow', 'cancel', 'undo']

const table = (by: 'guest' | 'staff', now: Date) =>
  statuses.flatMap((from) =>
    steps.flatMap((step) => {
      const to = next(from, step, by, startsAt, now)
      return to ? [`${from} ${step} → ${to}`] : []
    }),
  )

const before = [
  'booked arrive → arrived',
  'booked cancel → cancelled',
  'arrived fulfil → fulfilled',
  'arrived undo → booked',
  'fulfilled undo → arrived',
  'noshow undo → booked',
]

test('the state table has these steps for staff and no other, one second before the start', () => {
  expect(table('staff', secondBefore)).toEqual(before)
})

test('at the start itself fulfilled and no-show open for a booked visit, and nothing else', () => {
  const opened = ['booked fulfil → fulfilled', 'booked noshow → noshow']
  expect(table('staff', startsAt).toSorted()).toEqual([...before, ...opened].toSorted())
})

test('a patient may only cancel a booked visit', () => {
  expect(table('guest', startsAt)).toEqual(['booked cancel → cancelled'])
})

test('each step that is shown can be taken, and each that can be taken is shown', () => {
  for (const now of [secondBefore, startsAt]) {
    for (const from of statuses) {
      const taken = steps.filter((step) => next(from, step, 'staff', startsAt, now))
      expect(openSteps(from, startsAt, now).toSorted()).toEqual(taken.toSorted())
    }
  }
})

test.each([
  ['a visit soon after the booking', '2026-12-01T15:00:00Z', '2027-12-30T08:00:00.000Z'],
  ['a visit that ends 370 days after it', '2027-11-30T08:00:59Z', '2027-12-30T08:00:59.000Z'],
  ['a visit that was moved to two years after it', '2028-11-24T10:30:00Z', '2028-12-24T10:30:00.000Z'],
])('the link of %s lives 400 days from the booking and 30 from the end of the visit', (_, endsAt, ends) => {
  const bookedAt = new Date('2026-11-25T08:00:00.999Z')
  expect(accessEnds({ bookedAt, endsAt: new Date(endsAt) }).toISOString()).toBe(ends)
})
