import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import en from '#messages/en.json' with { type: 'json' }

const root = join(import.meta.dirname, '../../..')
const notice = Object.values(en.privacy.sections)
  .map(({ body }) => body)
  .join(' ')
const namesIn = (text: string, name: RegExp): string[] =>
  [...new Set([...text.matchAll(name)].map((match) => match[1] ?? ''))].sort()

test('the privacy notice names everything that the browser is asked to keep, and nothing else', () => {
  const code = globSync('{app,lib,ui,domain}/**/*.{ts,tsx}', { cwd: root })
    .filter((path) => !path.includes('.test.'))
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n')
  const stored = namesIn(code, /'(?:__Host-)?(medley\.[a-z]+)'/g)
  expect(stored).toContain('medley.visits')
  expect(namesIn(notice, /(medley\.[a-z]+)/g)).toEqual(stored)
})

test('the privacy notice tells the times that the code keeps', () => {
  const days = /const days = (\d+)/.exec(readFileSync(join(root, 'app/_server/confirm-key.ts'), 'utf8'))?.[1]
  const keys = /interval '(\d+) hours'/.exec(readFileSync(join(root, 'db/functions/kernel.sweep.sql'), 'utf8'))?.[1]
  expect(notice).toContain(`for ${days} days`)
  expect(notice).toContain(`for ${keys} hours`)
})
