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
 * none (over all when each has some) and over the coming two weeks, then over the weeks after. Never over what is there:
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
        const ids = await emptyListings(tx)
        await withoutKeys(tx, calendarTables, 'foreign', () => addVisits(tx, ids, count - had, now, progress))
        await tx.unsafe(`analyze ${calendarTables.join(', ')}`)
        await refreshHints(tx, ids)
        return count
      })
    })
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function emptyListings(tx: postgres.TransactionSql): Promise<string[]> {
  const empty = await tx<{ id: string }[]>`
    select l.id from listing l where not exists (select from appointment a where a.listing_id = l.id) order by l.id`
  const listings = empty.length > 0 ? empty : await tx<{ id: string }[]>`select id from listing order by id`
  return listings.map(({ id }) => id)
}

async function addVisits(
  tx: postgres.TransactionSql,
  ids: string[],
  wanted: number,
  now: Date,
  progress: AppointmentsOptions['progress'],
): Promise<void> {
  const filler = await fillerFor(tx)
  const told = meter('appointments', wanted, progress)
  let left = wanted
  for (let fromDay = 1; left > 0; fromDay += windowDays) {
    if (ids.length === 0 || fromDay > lastDay)
      throw new Error(`There is no room in the calendars for ${left} more appointments.`)
    left -= await fillWindow(filler, ids, left, { now, fromDay, untilDay: fromDay + windowDays }, (done) =>
      told.at(wanted - left + done, wanted - left + done),
    )
  }
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
