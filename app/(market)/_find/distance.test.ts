import { expect, test } from 'vitest'
import { distanceLabel, radiiKm, radiusLabel } from './distance.ts'

test('the distances to choose from are round miles', () => {
  expect(radiiKm.map((km) => radiusLabel(km, 'en'))).toEqual([
    '5 miles',
    '10 miles',
    '25 miles',
    '50 miles',
    '100 miles',
  ])
})

test('a distance has one decimal below ten miles', () => {
  expect([distanceLabel(0.8, 'en'), distanceLabel(16, 'en'), distanceLabel(36, 'en')]).toEqual([
    '0.5 miles',
    '9.9 miles',
    '22 miles',
  ])
})
