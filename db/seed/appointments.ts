import type postgres from 'postgres'
import { withoutForce } from '#db/force.ts'
import { connect } from '#db/pool.ts'
import { type Filler, fillerFor, refreshHints } from './calendars.ts'
import { withoutKeys } from './keys.ts'
import { openLedger } from './ledger.ts'
import { meter } from './progress.ts'
import { calendarTables } from './rows.ts'

export type AppointmentsOptions = {
  /** The address of login medley_owner. */
  ownerUrl: string
  /** How many appointments there are to be in all. */
  count: number
  now?: Date
  progress: (line: string) => void
}

const chunk = 1000
const windowDays = 14
const lastDay = 85

/**
 * Brings the appointments of a seeded database up to `count`, for measuring: spread evenly over the listings that have
 * none, in the coming two weeks and then in those after; over all listings when these have no more room. Never over what is there:
 * the exclusion on `occupancy` stays on. Gives the number there is now; does nothing when it is reached. Throws when the
 * calendars have no room for so many.
 */
export async function seedAppointments({
  ownerUrl,
  count,
  now = new Date(),
  progress,
}: AppointmentsOptions): Promise<number> {
  const sql = connect(ownerUrl, 1)
  try {
    await openLedger(sql)
    return await sql.begin(async (tx) => {
      await tx`set local synchronous_commit = off`
      return withoutForce(tx, async () => {
        const [there] = await tx<{ visits: number }[]>`select count(*)::int as visits from appointment`
        const had = there?.visits ?? 0
        if (had >= count) return had
        const { empty, all } = await listingIds(tx)
        await withoutKeys(tx, calendarTables, 'foreign', () => addVisits(tx, [empty, all], count - had, now, progress))
        await tx.unsafe(`analyze ${calendarTables.join(', ')}`)
        await refreshHints(tx, all)
        return count
      })
    })
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function listingIds(tx: postgres.TransactionSql): Promise<{ empty: string[]; all: string[] }> {
  const rows = await tx<{ id: string; isEmpty: boolean }[]>`
    select l.id, a.listing_id is null as "isEmpty"
    from listing l left join (select distinct listing_id from appointment) a on a.listing_id = l.id order by l.id`
  return { empty: rows.filter((row) => row.isEmpty).map(({ id }) => id), all: rows.map(({ id }) => id) }
}

async function addVisits(
  tx: postgres.TransactionSql,
  choices: readonly string[][],
  wanted: number,
  now: Date,
  progress: AppointmentsOptions['progress'],
): Promise<void> {
  const filler = await fillerFor(tx)
  const told = meter('appointments', wanted, progress)
  let left = wanted
  for (const ids of choices) {
    for (let fromDay = 1; left > 0 && fromDay <= lastDay; fromDay += windowDays) {
      const days = { now, fromDay, untilDay: fromDay + windowDays }
      const before = wanted - left
      left -= await fillWindow(filler, ids, left, days, (done) => told.at(before + done, before + done))
    }
  }
  if (left > 0) throw new Error(`There is no room in the calendars for ${left} more appointments.`)
  told.end(wanted)
}

/** One window of days over all listings, each as full as the rest of the listings have to be. */
async function fillWindow(
  filler: Filler,
  ids: string[],
  wanted: number,
  days: { now: Date; fromDay: number; untilDay: number },
  tell: (done: number) => void,
): Promise<number> {
  let done = 0
  /** Places for a visit that a listing has in the window; learned from the listings filled so far. */
  let places = 60
  for (let start = 0; start < ids.length && done < wanted; start += chunk) {
    const some = ids.slice(start, start + chunk)
    const share = Math.min(0.9, (wanted - done) / ((ids.length - start) * places))
    const made = await filler.fill(some, { ...days, share: () => share, limit: wanted - done })
    if (made > 0) places = made / share / some.length
    done += made
    tell(done)
  }
  return done
}
