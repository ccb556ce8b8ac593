import { expect, test } from 'vitest'
import { pickLocale } from './locale.ts'

test.each([
  [undefined, null, 'en'],
  [undefined, 'es-MX,es;q=0.9,en;q=0.8', 'es'],
  [undefined, 'en;q=0.5, es;q=0.9', 'es'],
  [undefined, 'fr-CA, fr;q=0.9', 'en'],
  [undefined, 'es;q=0, en', 'en'],
  [undefined, ';;q=,,=1', 'en'],
  ['es', 'en', 'es'],
  ['../../etc', 'es', 'es'],
])('saved %s and accepted %s speak %s', (saved, accepted, locale) => {
  expect(pickLocale(['en', 'es'], saved, accepted)).toBe(locale)
})
