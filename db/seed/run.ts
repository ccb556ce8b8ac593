import type postgres from 'postgres'
import { withoutForce } from '#db/force.ts'
import { connect } from '#db/pool.ts'
import { specialties } from '#db/specialties.ts'
import { addAccounts, type DemoAccount } from './accounts.ts'
import { type Filling, fillerFor, refreshHints } from './calendars.ts'
import { copyBatch } from './copy.ts'
import { fullClinic, inventPractices, isShowcase, splitForDemo } from './demo.ts'
import { type Facilities, type FacilityCounts, type FacilityOrganization, facilitiesFrom } from './facilities.ts'
import { type DemoListings, firstDay, fullDays, nearDays, shareLater, shareOn, shownDays } from './filling.ts'
import { dayAfter } from './hours.ts'
import { type Practice, type Register, registerWith } from './invent.ts'
import { withoutKeys } from './keys.ts'
import { type LedgerRow, openLedger, type Part, readLedger, seedHash, writeLedger } from './ledger.ts'
import { counted, meter } from './progress.ts'
import { idsFrom } from './random.ts'
import { addPractice, addRow, calendarTables, directoryTables, emptyBatch, type Table } from './rows.ts'
import { readCentroids, readFacilityRows } from './source.ts'

/** What one part wrote, and how to find one's way in it. */
type PartReport = {
  facilities: FacilityCounts
  listings: number
  rows: number
  visits: number
  seconds: number
  accounts: DemoAccount[]
  demo: { ids: string[]; full: string[]; shown: string[] }
}

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

const batchRows = 60_000
const refreshed = 500

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
    if (demo) await topUp(sql, demo, now, progress)
    if (missing.length > 0) await writeMissing(sql, missing, organizations, now, progress)
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
async function writeMissing(
  sql: postgres.Sql,
  missing: Part[],
  most: number | undefined,
  now: Date,
  progress: SeedOptions['progress'],
): Promise<void> {
  const facilities = facilitiesFrom(readFacilityRows(), readCentroids())
  const { rows, kept, mended, rejected, locations, organizations } = facilities.counts
  progress(
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
    if (missing.includes(part)) await writePart(sql, part, list, facilities, register, now, progress)
    else for (const _ of inventPractices(list, register));
    if (part === missing.at(-1)) return
  }
}

async function writePart(
  sql: postgres.Sql,
  part: Part,
  organizations: FacilityOrganization[],
  facilities: Facilities,
  register: Register,
  now: Date,
  progress: SeedOptions['progress'],
): Promise<void> {
  const begun = performance.now()
  await sql.begin(async (tx) => {
    await tx`set local synchronous_commit = off`
    await withoutForce(tx, async () => {
      const written = await withoutKeys(tx, directoryTables, 'foreign and exclusions', () =>
        writeOrganizations(tx, part, organizations, facilities, register, now, progress),
      )
      await analyze(tx, directoryTables)
      await refreshListings(tx, written.ids, progress)
      const visits =
        part === 'demo'
          ? await withoutKeys(tx, calendarTables, 'foreign and exclusions', () =>
              fillDemo(
                tx,
                written.demo,
                now,
                { share: (id, day) => shareOn(written.demo, id, day), isFirst: true },
                progress,
              ),
            )
          : 0
      await analyze(tx, [...calendarTables, 'listing'])
      if (visits > 0) await refreshHints(tx, written.ids)
      await tx`select kernel.refresh_terms()`
      const seconds = Math.round((performance.now() - begun) / 100) / 10
      const report: PartReport = {
        facilities: facilities.counts,
        listings: written.ids.length,
        rows: written.rows,
        visits,
        seconds,
        accounts: written.accounts,
        demo: { ids: written.demo.ids, full: [...written.demo.full], shown: [...written.demo.shown] },
      }
      await writeLedger(tx, part, now, report)
    })
  })
}

const analyze = async (tx: postgres.TransactionSql, tables: readonly Table[]): Promise<void> => {
  await tx.unsafe(`analyze ${tables.join(', ')}`)
}

type Written = { ids: string[]; rows: number; accounts: DemoAccount[]; demo: DemoListings }

async function writeOrganizations(
  tx: postgres.TransactionSql,
  part: Part,
  organizations: FacilityOrganization[],
  { places }: Facilities,
  register: Register,
  now: Date,
  progress: SeedOptions['progress'],
): Promise<Written> {
  const today = dayAfter(now.toISOString().slice(0, 10), 0)
  const ids = idsFrom(part === 'demo' ? 2 : 3)
  const nextId = () => ids.next()
  const all: string[] = []
  const full = new Set<string>()
  const shown = new Set<string>()
  const showcases: Practice[] = []
  let batch = emptyBatch()
  let rows = 0
  if (part === 'demo') {
    for (const { code, name, nameEs, words } of specialties)
      addRow(batch, 'specialty', code, name, nameEs, words.join(' '))
    for (const { zip, city, state, lat, lng } of places) addRow(batch, 'place', zip, city, state, lat, lng)
  }
  const total = organizations.reduce((sum, organization) => sum + organization.locations.length, 0)
  const told = meter('facilities', total, progress)
  let locations = 0
  for (const practice of inventPractices(organizations, register)) {
    addPractice(batch, practice, today, nextId)
    for (const { id } of practice.listings) {
      all.push(id)
      if (practice.key === fullClinic) full.add(id)
      if (isShowcase(practice.key)) shown.add(id)
    }
    if (isShowcase(practice.key)) showcases.push(practice)
    locations += practice.locations.length
    if (batch.rows < batchRows) continue
    rows += batch.rows
    batch = await copyBatch(tx, batch)
    told.at(locations, rows)
  }
  const accounts = addAccounts(batch, showcases, nextId)
  rows += batch.rows
  await copyBatch(tx, batch)
  told.end(rows)
  return { ids: all, rows, accounts, demo: { ids: part === 'demo' ? all : [], full, shown } }
}

async function refreshListings(
  tx: postgres.TransactionSql,
  ids: readonly string[],
  progress: SeedOptions['progress'],
): Promise<void> {
  const told = meter('listings published', ids.length, progress)
  for (let start = 0; start < ids.length; start += refreshed) {
    await tx`select kernel.refresh_listing(${ids.slice(start, start + refreshed)}::uuid[])`
    told.at(start, start)
  }
  told.end(ids.length)
}

type Fill = Pick<Filling, 'share' | 'isFirst'>

/** Fills the demo's calendars, as far ahead as each kind of listing is filled. Gives the number of visits. */
async function fillDemo(
  tx: postgres.TransactionSql,
  { ids, full, shown }: DemoListings,
  now: Date,
  fill: Fill,
  progress: SeedOptions['progress'],
): Promise<number> {
  const filler = await fillerFor(tx)
  const told = meter('calendars filled', ids.length, progress)
  const kindOf = (id: string) => (full.has(id) ? fullDays : shown.has(id) ? shownDays : nearDays)
  let visits = 0
  let done = 0
  for (const [untilDay, list] of Map.groupBy(ids, kindOf)) {
    for (let start = 0; start < list.length; start += refreshed) {
      const some = list.slice(start, start + refreshed)
      visits += await filler.fill(some, { now, fromDay: firstDay, untilDay, ...fill })
      done += some.length
      told.at(done, visits)
    }
  }
  told.end(visits)
  return visits
}

const dayMs = 86_400_000

/** Fills the days that came near since the demo was last filled, so that it looks lived in on any day it is started. */
async function topUp(
  sql: postgres.Sql,
  { at, report, hash }: LedgerRow<PartReport>,
  now: Date,
  progress: SeedOptions['progress'],
): Promise<void> {
  if (hash !== seedHash())
    progress('the demo data is of another version of the seed: "npm start -- --reset" makes it anew')
  const passed = Math.floor(now.getTime() / dayMs) - Math.floor(at.getTime() / dayMs)
  if (passed < 1) return
  const demo = { ids: report.demo.ids, full: new Set(report.demo.full), shown: new Set(report.demo.shown) }
  await sql.begin((tx) =>
    withoutForce(tx, async () => {
      const share: Fill['share'] = (id, day) => shareLater(demo, id, day, passed)
      const visits = await withoutKeys(tx, calendarTables, 'foreign', () =>
        fillDemo(tx, demo, now, { share }, progress),
      )
      await refreshHints(tx, demo.ids)
      progress(`${counted(visits)} visits added for the days since ${at.toISOString().slice(0, 10)}`)
      await writeLedger(tx, 'demo', now, { ...report, visits: report.visits + visits })
    }),
  )
}
