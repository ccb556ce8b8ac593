import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type postgres from 'postgres'
import { locks } from '#db/locks.ts'

/** What this database was seeded with: the demo's 2,000 facilities, and the rest. */
export type Part = 'demo' | 'rest'

const isSource = (name: string): boolean => /(?<!\.test)\.ts$/.test(name) && name !== 'cli.ts' && name !== 'compact.ts'

/** A hash over the seed's sources and data: another hash, other rows. 16 hex digits. */
export function seedHash(): string {
  const hash = createHash('sha256')
  const here = new URL('./', import.meta.url)
  const sources = readdirSync(here).filter(isSource).sort()
  for (const name of [...sources, 'data/facilities.tsv.br', 'data/places.tsv.br', '../specialties.ts']) {
    hash.update(name).update(readFileSync(new URL(name, here)))
  }
  return hash.digest('hex').slice(0, 16)
}

/** Makes the ledger unless it is there, and keeps other seeds out until the connection ends. Owner's connection. */
export async function openLedger(sql: postgres.Sql): Promise<void> {
  await sql`select pg_advisory_lock(${locks.seed})`
  await sql`create schema if not exists seed`
  await sql`create table if not exists seed.ledger (
    part text primary key, hash text not null, at timestamptz not null, report jsonb not null)`
}

export type LedgerRow<Report> = { part: Part; hash: string; at: Date; report: Report }

/** What was written before, by part. */
export const readLedger = async <Report>(sql: postgres.Sql): Promise<Map<Part, LedgerRow<Report>>> => {
  const rows = await sql<LedgerRow<Report>[]>`select part, hash, at, report from seed.ledger`
  return new Map(rows.map((row) => [row.part, row]))
}

/** Notes that `part` is in, with `at` the day its calendars count from. Part of the transaction that wrote it. */
export async function writeLedger(tx: postgres.TransactionSql, part: Part, at: Date, report: object): Promise<void> {
  await tx`
    insert into seed.ledger (part, hash, at, report) values (${part}, ${seedHash()}, ${at}, ${JSON.stringify(report)}::jsonb)
    on conflict (part) do update set at = excluded.at, report = excluded.report`
}
