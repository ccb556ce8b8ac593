import { finished } from 'node:stream/promises'
import type postgres from 'postgres'
import { type Batch, columns, emptyBatch, type Table } from './rows.ts'

/** Writes the batch by COPY, a table after the other, and gives an empty one. Throws what Postgres says of a bad row. */
export async function copyBatch(tx: postgres.TransactionSql, batch: Batch): Promise<Batch> {
  for (const [table, lines] of Object.entries(batch.lines) as [Table, string[]][]) {
    if (lines.length > 0) await copy(tx, `copy ${table} (${columns[table]}) from stdin`, `${lines.join('\n')}\n`)
  }
  return emptyBatch()
}

/**
 * The driver hands a COPY's error to its query's `reject`, which by then has resolved to the stream, and never ends the
 * stream when the error comes after the last byte. So the error is listened for there.
 */
async function copy(tx: postgres.TransactionSql, statement: string, text: string): Promise<void> {
  const query = tx.unsafe(statement)
  const target = await query.writable()
  const { promise: refused, reject } = Promise.withResolvers<never>()
  Object.assign(query, { reject })
  target.end(text)
  await Promise.race([finished(target), refused])
}
