import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import en from '#messages/en.json' with { type: 'json' }
import { messagesAreRead, thrownKeysAreSaid } from './messages.ts'
import { source, sourcesBelow } from './source.ts'

const sources = sourcesBelow(join(import.meta.dirname, '../..'))

describe('what is thrown is said in messages', () => {
  const messages = { errors: { slot_taken: 'Taken.', name_long: 'Too long.' } }
  const found = (path: string, text: string) => thrownKeysAreSaid([source(path, text)], messages)

  test.each([
    ['domain/a/hold.ts', "throw new AppError('conflict', 'slot_taken')\nthrow invalid('/name', more ?? 'name_long')"],
    [
      'domain/a/input.ts',
      "import { z } from 'zod'\nz.string().max(9, 'name_long').refine(f, { path: ['first_name'] })",
    ],
    ['domain/a/kind.ts', "import { z } from 'zod'\nz.literal('in_person')\nif (x === 'not_there') f(y)"],
    ['domain/a/hold.test.ts', "throw new AppError('conflict', 'unheard_of')"],
    ['db/seed/a.ts', "throw new AppError('conflict', 'unheard_of')"],
  ])('lets through what is right in %s', (path, text) => {
    expect(found(path, text)).toEqual([])
  })

  test.each([
    ['domain/a/hold.ts', "throw new AppError('conflict', 'unheard_of', { phone })"],
    ['domain/a/move.ts', "throw new AppError('conflict', late ? 'unheard_of' : 'slot_taken')"],
    ['api/app.ts', "throw invalid('/from', 'unheard_of')"],
    ['api/problem.ts', "const errors = [{ pointer: '/', detail: 'unheard_of' }]"],
    ['domain/a/input.ts', "import { z } from 'zod'\nz.string().max(9, 'unheard_of')"],
    ['domain/b/input.ts', "import { z } from 'zod'\nz.refine(f, { path: ['a'], error: 'unheard_of' })"],
    ['api/v1/shapes.ts', "import { z } from '@hono/zod-openapi'\nconst Name = text('unheard_of')"],
  ])('sees the fault planted in %s', (path, text) => {
    const line = text.split('\n').length
    expect(found(path, text)).toEqual([`${path}:${line} throws unheard_of, which errors in messages/en.json lacks`])
  })

  test('the repository keeps it', () => {
    expect(thrownKeysAreSaid(sources, en)).toEqual([])
  })
})

describe('every message is read', () => {
  const unread = (text: string, more = '') =>
    messagesAreRead([source('app/page.tsx', text), source('domain/a/b.ts', more)], {
      home: { title: 'Find care', steps: { one: 'Search.', two: 'Book.' } },
      errors: { slot_taken: 'Taken.' },
    }).map((found) => found.split(' ')[1])
  const taken = "throw new AppError('conflict', 'slot_taken')"

  test('by its key, by a template, by the name of what it is part of, by whoever is handed the words', () => {
    const opened = "const t = await getTranslations('home')\nt('title')\n"
    expect(unread(`${opened}t(\`steps.\${step}\`)`, taken)).toEqual([])
    expect(unread(`${opened}t.raw('steps')`, taken)).toEqual([])
    expect(unread(opened, `${taken}\nwords('steps.one')\nwords('steps.two')`)).toEqual([])
    expect(unread("import en from '#messages/en.json'\nshow(en.home.title, en.home.steps)", taken)).toEqual([])
  })

  test.each([
    ['a text of a page', "const t = await getTranslations('home')\nt('title')\nt('steps.one')", ['home.steps.two']],
    ['a namespace', "f('title')", ['home.title', 'home.steps.one', 'home.steps.two']],
    [
      'a key that is only compared with',
      "const t = getTranslations('home')\nt.raw('steps')\nif (k === 'title') f()",
      ['home.title'],
    ],
    [
      'a key of another namespace',
      "const t = getTranslations('link')\nt('title')\nt('steps')",
      ['home.title', 'home.steps.one', 'home.steps.two'],
    ],
  ])('sees %s that nobody reads', (_, text, paths) => {
    expect(unread(text, taken)).toEqual(paths)
  })

  test('sees an error that nobody throws, though a code is called the same', () => {
    const all = "const t = getTranslations('home')\nt('title')\nt.raw('steps')"
    expect(unread(all, "throw new AppError('slot_taken', 'another')")).toEqual(['errors.slot_taken'])
  })

  test('the repository keeps it', () => {
    expect(messagesAreRead(sources, en)).toEqual([])
  })
})
