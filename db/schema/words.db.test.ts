import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { readTables } from '#db/proof/catalog.ts'
import { testDatabase } from '#scripts/test/database.ts'
import * as availability from './availability.ts'
import * as booking from './booking.ts'
import * as directory from './directory.ts'
import * as identity from './identity.ts'
import * as listing from './listing.ts'
import * as notification from './notification.ts'
import * as resource from './resource.ts'
import * as system from './system.ts'

const modules = [availability, booking, directory, identity, listing, notification, resource, system]

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

test('the database allows in each column the words that TypeScript knows, and no other', async () => {
  const admin = postgres((await testDatabase()).admin, { max: 1, onnotice: () => {} })
  const tables = await readTables(admin)
  await admin.end()
  const seen = modules
    .flatMap((module): unknown[] => Object.values(module))
    .filter((value) => value instanceof PgTable)
    .flatMap((table) => {
      const { name, columns } = getTableConfig(table)
      return columns
        .filter((column) => (column.enumValues?.length ?? 0) > 0)
        .map((column) => ({ table: name, column: snakeCase(column.name), words: column.enumValues }))
    })
  expect(seen.length).toBeGreaterThan(12)
  for (const { table, column, words } of seen) {
    const found = tables.get(table)?.columns.find(({ name }) => name === column)
    expect(found?.words, `${table}.${column}`).toEqual(words)
  }
})
