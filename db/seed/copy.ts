import { finished } from 'node:stream/promises'
import type postgres from 'postgres'
import { type Batch, columns, emptyBatch, type Table } from './rows.ts'

/** Writes the batch by COPY, a table after the other, and gives an empty one. Throws what Postgres says of a bad row. */
export async function copyBatch(tx: postgres.TransactionSql, batch: Batch): Promise<Batch> {
  for (const [table, lines] of Object.entries(batch.lines) as [Table, string[]][]) {
    if (lines.length === 0) continue
    const target = await tx.unsafe(`copy ${table} (${columns[table]}) from stdin`).writable()
    target.end(`${lines.join('\n')}\n`)
    await finished(target)
  }
  return emptyBatch()
}
