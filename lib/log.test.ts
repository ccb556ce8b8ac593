import { expect, test } from 'vitest'
import { type LogFields, makeLog, safeError } from './log.ts'

const written = (fields: LogFields): string => {
  const lines: string[] = []
  makeLog('info', (line) => lines.push(line)).info(fields, 'said')
  return lines.join('')
}

test('a key that is not on the list never reaches a line', () => {
  const fields = { requestId: 'r-1', status: 200, email: 'canary@example.org' } as LogFields
  expect(JSON.parse(written(fields))).toMatchObject({ level: 'info', msg: 'said', requestId: 'r-1', status: 200 })
  expect(written(fields)).not.toContain('canary')
})

test('an error keeps name, code and frames and loses the values that databases put into messages', () => {
  const cause = Object.assign(new Error('invalid input syntax for type uuid: "canary"'), {
    code: '22P02',
    constraint_name: 'one',
  })
  const line = written({ err: new Error('Failed query: select $1\nparams: canary', { cause }) })
  expect(line).not.toContain('canary')
  expect(JSON.parse(line).err).toMatchObject({
    name: 'Error',
    message: 'Failed query: select $1',
    cause: { code: '22P02', constraint: 'one' },
  })
  expect(JSON.parse(line).err.frames.length).toBeGreaterThan(0)
})

test('what is thrown without being an error is named by its type only', () => {
  expect(safeError('canary')).toEqual({ name: 'string', frames: [] })
})

test('a circle of causes ends', () => {
  const error = new Error('round')
  error.cause = error
  expect(JSON.stringify(safeError(error)).match(/round/g)?.length).toBe(6)
})
