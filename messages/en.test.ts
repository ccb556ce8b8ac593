import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import en from './en.json' with { type: 'json' }

type Words = { [key: string]: string | Words }

const texts = (words: Words): string[] =>
  Object.values(words).flatMap((value) => (typeof value === 'string' ? [value] : texts(value)))

test('the words stay calm and typeset: no exclamation marks, no straight quotes', () => {
  expect(texts(en).filter((text) => /[!'"]/.test(text.replace(/<[^>]+>/g, '')))).toEqual([])
})

test('the page for a broken layout, which has no catalogue, says what the catalogue says', () => {
  const source = readFileSync(new URL('../app/global-error.tsx', import.meta.url), 'utf8')
  for (const text of texts(en.problem)) expect(source).toContain(text)
})
