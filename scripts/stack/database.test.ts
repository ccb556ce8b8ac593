import { expect, test } from 'vitest'
import { externalDatabase } from './database.ts'

const all = {
  DATABASE_URL: 'postgres://a',
  DATABASE_AUTH_URL: 'postgres://d',
  DATABASE_WORKER_URL: 'postgres://b',
  DATABASE_OWNER_URL: 'postgres://c',
}

test('nothing set is the demo’s own database', () => {
  expect(externalDatabase({}, false)).toBeUndefined()
})

test('another database is refused without --demo, and the way is named', () => {
  expect(() => externalDatabase(all, false)).toThrow(/npm start -- --demo/)
  expect(externalDatabase(all, true)).toEqual({
    ...{ web: 'postgres://a', auth: 'postgres://d', worker: 'postgres://b', owner: 'postgres://c' },
  })
})

test('half a database is refused, and the missing half is named', () => {
  expect(() => externalDatabase({ DATABASE_URL: 'postgres://a' }, true)).toThrow(
    /DATABASE_AUTH_URL and DATABASE_WORKER_URL and DATABASE_OWNER_URL/,
  )
})
