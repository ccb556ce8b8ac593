import { afterEach, expect, test } from 'vitest'
import { makeLog } from '#lib/log.ts'
import { asked } from './asked.ts'
import { consoleToLog, withoutValues } from './console.ts'

const own = { ...console }
afterEach(() => {
  Object.assign(console, own)
})

function said(say: () => void): string[] {
  const lines: string[] = []
  consoleToLog(makeLog('debug', (line) => lines.push(line)))
  say()
  Object.assign(console, own)
  return lines
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

test('an error is one line with its frames and the request’s id, without what it quotes', () => {
  const broken = thrownBy(() => JSON.parse('Ada Canary, born 1984-02-28')) as Error
  const lines = said(() =>
    asked.run({ requestId: 'r-1', isUnread: false }, () => console.error('\u001b[31m⨯\u001b[39m', broken)),
  )
  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toMatch(/Canary|1984|\\u001b/)
  const { level, part, requestId, err } = JSON.parse(lines[0] ?? '')
  expect({ level, part, requestId }).toEqual({ level: 'error', part: 'next', requestId: 'r-1' })
  expect(err.name).toBe('SyntaxError')
  expect(err.frames.length).toBeGreaterThan(0)
})

test('that a form could not be decoded is no error of ours', () => {
  const [line = ''] = said(() => asked.run({ requestId: 'r-1', isUnread: true }, () => console.error(new Error('no'))))
  expect(JSON.parse(line).level).toBe('info')
})

test('a cause is told the same way, and what is thrown with values beside it loses them', () => {
  const error = Object.assign(new Error('outer', { cause: new Error('no "canary" here') }), { input: 'canary' })
  const [line = ''] = said(() => console.error(error))
  expect(line).not.toContain('canary')
  expect(JSON.parse(line).err.cause.message).toBe('no "…" here')
})

test.each([
  ['`host` header with value `evil canary` does not match', '`…` header with value `…` does not match'],
  ['Failed to find Server Action "canary". This', 'Failed to find Server Action "…". This'],
  ["Unexpected token 'c', \"canary", 'Unexpected token \'…\', "…"'],
  ['first\nsecond canary', 'first'],
  ['\u001b[32m✓\u001b[39m Ready', '✓ Ready'],
])('%s', (text, told) => {
  expect(withoutValues(text)).toBe(told)
})

test('each method has its level, and what is no text is left out', () => {
  const lines = said(() => {
    console.warn('warned', { canary: 'canary' })
    console.log('logged')
    console.debug('debugged')
  })
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(['warn', 'info', 'debug'])
  expect(lines.join('')).not.toContain('canary')
})
