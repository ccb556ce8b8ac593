import { expect, test } from 'vitest'
import { findPath, readAsked, widerThan } from './query.ts'

test.each([
  ['spanish speaking doctor', 'doctor', 'Spanish'],
  ['pediatrician who speaks Vietnamese', 'pediatrician', 'Vietnamese'],
  ['pediatra que hable español', 'pediatra', 'Spanish'],
  ['Haitian Creole', undefined, 'Haitian Creole'],
  ['Spanish-speaking nurse', 'nurse', 'Spanish'],
  ['frenchman', 'frenchman', undefined],
])('%j asks for %j in %j', (q, words, language) => {
  const { query } = readAsked({ q })
  expect([query.q, query.language]).toEqual([words, language])
})

test('a language that is chosen stays as it is', () => {
  expect(readAsked({ q: 'spanish doctor', language: 'Polish' }).query).toMatchObject({
    q: 'spanish doctor',
    language: 'Polish',
  })
})

test('that it is no emergency is said of these words, and not of the next', () => {
  const params = { q: 'stroke', near: '60601', notEmergency: 'yes' }
  expect(findPath(params, { sort: 'nearest' })).toBe('/find?q=stroke&near=60601&sort=nearest&notEmergency=yes')
  expect(findPath(params, { q: undefined })).toBe('/find?near=60601')
  expect(readAsked({ q: 'stroke', notEmergency: 'no' }).query).not.toHaveProperty('notEmergency', 'yes')
})

test('a change starts at the first page; the next wider circle of those to choose from, none after the last', () => {
  expect(findPath({ q: 'flu', cursor: 'x' }, { sort: 'nearest' })).toBe('/find?q=flu&sort=nearest')
  expect(widerThan({ near: '60601' })).toEqual({ km: 80, href: '/find?near=60601&radiusKm=80' })
  expect(widerThan({ radiusKm: '161' })).toBeUndefined()
})
