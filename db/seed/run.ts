import type postgres from 'postgres'
import { withoutForce } from '#db/force.ts'
import { connect } from '#db/pool.ts'
import type { DemoAccount } from './accounts.ts'
import { refreshHints } from './calendars.ts'
import { inventPractices, splitForDemo } from './demo.ts'
import { type FacilityCounts, type FacilityOrganization, facilitiesFrom } from './facilities.ts'
import { shareLater } from './filling.ts'
import { registerWith } from './invent.ts'
import { withoutKeys } from './keys.ts'
import { type LedgerRow, openLedger, type Part, readLedger, seedHash, writeLedger } from './ledger.ts'
import { type Fill, fillDemo, type PartReport, type Run, writePart } from './part.ts'
import { counted } from './progress.ts'
import { idsFrom } from './random.ts'
import { calendarTables } from './rows.ts'
import { readCentroids, readFacilityRows } from './source.ts'

/** What is in the database now, from this run or an earlier one; `wrote` says which parts are from this one. */
export type SeedReport = {
  hash: string
  wrote: Part[]
  facilities: FacilityCounts
  listings: number
  rows: number
  visits: number
  seconds: number
  accounts: DemoAccount[]
}

export type SeedOptions = {
  /** The address of login medley_owner. */
  ownerUrl: string
  /** 'demo': 2,000 facilities; 'all': those and the rest. */
  scale: 'demo' | 'all'
  now?: Date
  /** Only so many organizations of each part: for tests. */
  organizations?: number
  progress: (line: string) => void
}

/**
 * Fills a migrated database with real facilities and invented people, hours and visits, by COPY, in one transaction a
 * part. Idempotent: what the ledger has is not written again; only days that came near since are filled up. Throws
 * Postgres' error, with nothing written, when a row is refused.
 */
export async function seed({
  ownerUrl,
  scale,
  now = new Date(),
  organizations,
  progress,
}: SeedOptions): Promise<SeedReport> {
  const sql = connect(ownerUrl, 1)
  try {
    await openLedger(sql)
    const done = await readLedger<PartReport>(sql)
    const missing: Part[] = (scale === 'all' ? (['demo', 'rest'] as const) : (['demo'] as const)).filter(
      (part) => !done.has(part),
    )
    const demo = done.get('demo')
    if (demo) await topUp(sql, demo, { now, progress })
    if (missing.length > 0) await writeMissing(sql, missing, organizations, { now, progress })
    return await reportOf(sql, missing)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function reportOf(sql: postgres.Sql, wrote: Part[]): Promise<SeedReport> {
  const parts = [...(await readLedger<PartReport>(sql)).values()]
  const sum = (of: (report: PartReport) => number) => parts.reduce((total, { report }) => total + of(report), 0)
  const [first] = parts
  if (!first) throw new Error('The seed left no trace in its ledger.')
  return {
    hash: first.hash,
    wrote,
    facilities: first.report.facilities,
    listings: sum((report) => report.listings),
    rows: sum((report) => report.rows),
    visits: sum((report) => report.visits),
    seconds: sum((report) => report.seconds),
    accounts: parts.flatMap(({ report }) => report.accounts),
  }
}

/** Organizations in the order they are invented: the register counts through the demo's also when only the rest is written. */
async function writeMissing(sql: postgres.Sql, missing: Part[], most: number | undefined, run: Run): Promise<void> {
  const facilities = facilitiesFrom(readFacilityRows(), readCentroids())
  const { rows, kept, mended, rejected, locations, organizations } = facilities.counts
  run.progress(
    `${counted(rows)} facilities read: ${counted(kept)} kept, ${counted(mended)} mended, ${counted(rejected)} rejected; ${counted(locations)} locations of ${counted(organizations)} organizations`,
  )
  const split = splitForDemo(facilities.organizations)
  const ids = idsFrom(1)
  const register = registerWith(() => ids.next())
  const lists: [Part, FacilityOrganization[]][] = [
    ['demo', split.demo.slice(0, most)],
    ['rest', split.rest.slice(0, most)],
  ]
  for (const [part, list] of lists) {
    if (missing.includes(part)) await writePart(sql, { part, organizations: list, facilities, register }, run)
    else countThrough(inventPractices(list, register))
    if (part === missing.at(-1)) return
  }
}

/** Invents without keeping anything: ids and slugs go on as if it had been written. */
function countThrough(practices: Iterable<unknown>): void {
  for (const _ of practices);
}

const dayMs = 86_400_000

/** Fills the days that came near since the demo was last filled, so that it looks lived in on any day it is started. */
async function topUp(sql: postgres.Sql, { at, report, hash }: LedgerRow<PartReport>, run: Run): Promise<void> {
  if (hash !== seedHash())
    run.progress('the demo data is of another version of the seed: "npm start -- --reset" makes it anew')
  const passed = Math.floor(run.now.getTime() / dayMs) - Math.floor(at.getTime() / dayMs)
  if (passed < 1) return
  const demo = { ids: report.demo.ids, full: new Set(report.demo.full), shown: new Set(report.demo.shown) }
  await sql.begin((tx) =>
    withoutForce(tx, async () => {
      const share: Fill['share'] = (id, day) => shareLater(demo, id, day, passed)
      const visits = await withoutKeys(tx, calendarTables, 'foreign', () => fillDemo(tx, demo, { share }, run))
      await refreshHints(tx, demo.ids)
      run.progress(`${counted(visits)} visits added for the days since ${at.toISOString().slice(0, 10)}`)
      await writeLedger(tx, 'demo', run.now, { ...report, visits: report.visits + visits })
    }),
  )
}
