import type postgres from 'postgres'
import { withoutForce } from '#db/force.ts'
import { specialties } from '#db/specialties.ts'
import { addAccounts, type DemoAccount } from './accounts.ts'
import { type Filling, fillerFor, refreshHints } from './calendars.ts'
import { copyBatch } from './copy.ts'
import { fullClinic, inventPractices, isShowcase } from './demo.ts'
import type { Facilities, FacilityCounts, FacilityOrganization } from './facilities.ts'
import { type DemoListings, firstDay, fullDays, nearDays, shareOn, shownDays } from './filling.ts'
import type { Practice, Register } from './invent.ts'
import { withoutKeys } from './keys.ts'
import { type Part, writeLedger } from './ledger.ts'
import { meter } from './progress.ts'
import { idsFrom } from './random.ts'
import { addPractice, addRow, type Batch, calendarTables, directoryTables, emptyBatch } from './rows.ts'

/** What one part wrote, and how to find one's way in it. */
export type PartReport = {
  facilities: FacilityCounts
  listings: number
  rows: number
  visits: number
  seconds: number
  accounts: DemoAccount[]
  demo: { ids: string[]; full: string[]; shown: string[] }
}

/** The day that the calendars count from, and who is told how far the seed is. */
export type Run = { now: Date; progress: (line: string) => void }

/** What a part is written from. */
export type PartSource = {
  part: Part
  organizations: FacilityOrganization[]
  facilities: Facilities
  register: Register
}

const batchRows = 60_000
const refreshed = 500

/** Writes one part in one transaction and notes it in the ledger; Postgres' error, and nothing written, when a row is refused. */
export async function writePart(sql: postgres.Sql, source: PartSource, run: Run): Promise<void> {
  const begun = performance.now()
  const isDemo = source.part === 'demo'
  await sql.begin(async (tx) => {
    await tx`set local synchronous_commit = off`
    await withoutForce(tx, async () => {
      const both = 'foreign and exclusions'
      const written = await withoutKeys(tx, directoryTables, both, () => writeDirectory(tx, source, run))
      await analyze(tx, directoryTables)
      await publish(tx, written.ids, run)
      const share: Fill['share'] = (id, day) => shareOn(written.demo, id, day)
      const fill = () => fillDemo(tx, written.demo, { share, isFirst: true }, run)
      const visits = isDemo ? await withoutKeys(tx, calendarTables, both, fill) : 0
      await analyze(tx, [...calendarTables, 'listing'])
      if (isDemo) await refreshHints(tx, written.ids)
      await tx`select kernel.refresh_terms()`
      const { ids, rows, accounts, demo } = written
      const report: PartReport = {
        facilities: source.facilities.counts,
        listings: ids.length,
        rows,
        visits,
        seconds: Math.round((performance.now() - begun) / 100) / 10,
        accounts,
        demo: { ids: demo.ids, full: [...demo.full], shown: [...demo.shown] },
      }
      await writeLedger(tx, source.part, run.now, report)
    })
  })
}

const analyze = async (tx: postgres.TransactionSql, tables: readonly string[]): Promise<void> => {
  await tx.unsafe(`analyze ${tables.join(', ')}`)
}

type Written = { ids: string[]; rows: number; accounts: DemoAccount[]; demo: DemoListings }

/** Everything but visits, a batch at a time, so that the whole is never held at once. */
async function writeDirectory(tx: postgres.TransactionSql, source: PartSource, run: Run): Promise<Written> {
  const { part, organizations, facilities, register } = source
  const today = run.now.toISOString().slice(0, 10)
  const ids = idsFrom(part === 'demo' ? 2 : 3)
  const nextId = () => ids.next()
  const listings: { id: string; key: string }[] = []
  const showcases: Practice[] = []
  const total = organizations.reduce((sum, organization) => sum + organization.locations.length, 0)
  const told = meter('facilities', total, run.progress)
  let batch = emptyBatch()
  let rows = 0
  let locations = 0
  if (part === 'demo') addReference(batch, facilities)
  for (const practice of inventPractices(organizations, register)) {
    addPractice(batch, practice, today, nextId)
    listings.push(...practice.listings.map(({ id }) => ({ id, key: practice.key })))
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
  const idsWhere = (fits: (key: string) => boolean) => listings.filter(({ key }) => fits(key)).map(({ id }) => id)
  const all = idsWhere(() => true)
  const full = new Set(idsWhere((key) => key === fullClinic))
  return {
    ids: all,
    rows,
    accounts,
    demo: { ids: part === 'demo' ? all : [], full, shown: new Set(idsWhere(isShowcase)) },
  }
}

function addReference(batch: Batch, { places }: Facilities): void {
  for (const { code, name, nameEs, words } of specialties) {
    addRow(batch, 'specialty', code, name, nameEs, words.join(' '))
  }
  for (const { zip, city, state, lat, lng } of places) addRow(batch, 'place', zip, city, state, lat, lng)
}

async function publish(tx: postgres.TransactionSql, ids: readonly string[], { progress }: Run): Promise<void> {
  const told = meter('listings published', ids.length, progress)
  for (let start = 0; start < ids.length; start += refreshed) {
    await tx`select kernel.refresh_listing(${ids.slice(start, start + refreshed)}::uuid[])`
    told.at(start, start)
  }
  told.end(ids.length)
}

export type Fill = Pick<Filling, 'share' | 'isFirst'>

/** Fills the demo's calendars, as far ahead as each kind of listing is filled. Gives the number of visits. */
export async function fillDemo(
  tx: postgres.TransactionSql,
  { ids, full, shown }: DemoListings,
  fill: Fill,
  { now, progress }: Run,
): Promise<number> {
  const filler = await fillerFor(tx)
  const told = meter('calendars filled', ids.length, progress)
  const daysOf = (id: string) => (full.has(id) ? fullDays : shown.has(id) ? shownDays : nearDays)
  let visits = 0
  let done = 0
  for (const [untilDay, list] of Map.groupBy(ids, daysOf)) {
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
