import type postgres from 'postgres'
import { newId } from '#lib/ids.ts'
import { offsetMinutes } from '#lib/time.ts'
import { copyBatch } from './copy.ts'
import { ageAt, type InventedPatient, inventParent, inventPatient } from './patients.ts'
import { type Random, randomFrom } from './random.ts'
import { addRow, type Batch, emptyBatch } from './rows.ts'
import { type Interval, type Minutes, type Visit, type VisitReason, visitsIn, without } from './visits.ts'

/** A listing with the time that it has open, closures, leave and everything booked cut out. */
type OpenListing = {
  id: string
  tenantId: string
  zone: string
  state: string
  areaCode: string
  resourceIds: string[]
  opens: Minutes[]
  closes: Minutes[]
  /** Until when the listing's services can be booked: their horizon. */
  horizon: Minutes
  services: VisitReason[]
}

export type Filling = {
  now: Date
  /** Days from the local date of `now`, the first and the one after the last. */
  fromDay: number
  untilDay: number
  /** The chance, 0 to 1, that a place for a visit is taken on that day. */
  share(listingId: string, day: number): number
  /** At most so many visits in all. */
  limit?: number
  /** Nothing is booked yet: `occupancy` need not be read. */
  isFirst?: boolean
}

const dayMinutes = 1440
const chunk = 1000
const minuteMs = 60_000

/** The busy times of those who work at several listings, as far as this run has filled them. */
type Busy = Map<string, Interval[]>

/** Keeps what is needed across the chunks of one run. */
export type Filler = { fill(listingIds: readonly string[], filling: Filling): Promise<number> }

/**
 * Fills calendars with visits of invented patients, by COPY, into time that is open: never over what is there. Needs a
 * transaction outside FORCE. `fill` gives the number of visits.
 */
export async function fillerFor(tx: postgres.TransactionSql): Promise<Filler> {
  const several = await tx<{ id: string }[]>`
    select resource_id as id from listing_resource group by resource_id having count(*) > 1`
  const busy: Busy = new Map(several.map(({ id }) => [id, []]))
  return {
    async fill(listingIds, filling) {
      let count = 0
      for (let start = 0; start < listingIds.length; start += chunk) {
        const listings = await openListings(tx, listingIds.slice(start, start + chunk), filling)
        const batch = emptyBatch()
        for (const listing of listings)
          count += fillListing(batch, listing, filling, busy, (filling.limit ?? Number.POSITIVE_INFINITY) - count)
        await copyBatch(tx, batch)
      }
      return count
    },
  }
}

/** Makes the hints by which listings are sorted anew, after their calendars changed. */
export async function refreshHints(tx: postgres.TransactionSql, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += chunk) {
    await tx`select kernel.refresh_hints(${ids.slice(start, start + chunk)}::uuid[])`
  }
}

/** The kernel's own reading of hours, closures and what is taken: one function decides what is open, here too. */
async function openListings(
  tx: postgres.TransactionSql,
  ids: readonly string[],
  { now, fromDay, untilDay, isFirst }: Filling,
): Promise<OpenListing[]> {
  const at = (days: number) => new Date(now.getTime() + days * dayMinutes * minuteMs)
  await tx`set local role medley_kernel`
  const rows = await tx<OpenListing[]>`
    select l.id, l.tenant_id as "tenantId", l.time_zone as zone, l.card -> 'location' ->> 'state' as state,
      substring(l.profile ->> 'phone' from 2 for 3) as "areaCode", g.opens, g.closes,
      (extract(epoch from r.hi) / 60)::int as horizon,
      array(select lr.resource_id::text from listing_resource lr where lr.listing_id = l.id order by 1) as "resourceIds",
      (select json_agg(json_build_object('id', s.id, 'name', s.name, 'durationMinutes', s.duration_minutes,
          'bufferBeforeMinutes', s.buffer_before_minutes, 'bufferAfterMinutes', s.buffer_after_minutes,
          'stepMinutes', s.step_minutes, 'modality', s.modality, 'audience', s.audience,
          'minimumAgeYears', s.minimum_age_years, 'maximumAgeYears', s.maximum_age_years,
          'offer', kernel.offer_of(ls.tenant_id, ls.listing_id, ls.service_id)::text) order by ls.position)
        from listing_service ls join service s on s.tenant_id = ls.tenant_id and s.id = ls.service_id
        where ls.listing_id = l.id) as services
    from kernel.free_ranges(${ids}::uuid[], null, ${at(Math.max(fromDay, 0))}, ${at(untilDay)}, null, ${isFirst ?? false}) r
    join listing l on l.id = r.listing_id
    cross join lateral (
      select array_agg((extract(epoch from lower(gap)) / 60)::int order by gap) as opens,
        array_agg((extract(epoch from upper(gap)) / 60)::int order by gap) as closes
      from unnest(r.free) as gap
    ) g
    where g.opens is not null
    order by l.id`
  await tx`set local role none`
  return rows
}

const dayOf = (minute: Minutes, offset: number): number => Math.floor((minute + offset) / dayMinutes)

const offsets = new Map<string, number>()
function offsetAt(minute: Minutes, zone: string): number {
  const key = `${zone} ${Math.floor(minute / 60)}`
  const known = offsets.get(key)
  if (known !== undefined) return known
  const offset = offsetMinutes(new Date(minute * minuteMs), zone)
  offsets.set(key, offset)
  return offset
}

function fillListing(batch: Batch, listing: OpenListing, filling: Filling, busy: Busy, limit: number): number {
  const now = Math.floor(filling.now.getTime() / minuteMs)
  const today = dayOf(now, offsetAt(now, listing.zone))
  const shared = listing.resourceIds.flatMap((id) => busy.get(id) ?? [])
  const open = listing.opens
    .map((from, index) => ({ from, until: Math.min(listing.closes[index] ?? from, listing.horizon) }))
    .filter(({ from, until }) => from < until)
  const known: Known[] = []
  let count = 0
  for (const piece of shared.length > 0 ? without(open, shared) : open) {
    const offset = offsetAt(piece.from, listing.zone)
    const day = dayOf(piece.from, offset) - today
    if (day < filling.fromDay || day >= filling.untilDay) continue
    const random = randomFrom(`${listing.id} ${piece.from}`)
    for (const visit of visitsIn(piece, listing.services, filling.share(listing.id, day), offset, random)) {
      if (count >= limit) return count
      addVisit(batch, listing, visit, known, random, filling.now)
      for (const id of listing.resourceIds) busy.get(id)?.push(visit.takes)
      count += 1
    }
  }
  return count
}

const stamp = (minute: Minutes): string => new Date(minute * minuteMs).toISOString()

type Status = 'booked' | 'arrived' | 'fulfilled' | 'noshow'

/** What became of a visit by now: those past mostly happened, one that runs has begun. */
function statusAt(random: Random, visit: Visit, now: Minutes): Status {
  if (visit.endsAt <= now) return random.chance(0.93) ? 'fulfilled' : 'noshow'
  if (visit.startsAt <= now + 10) return random.chance(0.8) ? 'arrived' : 'booked'
  return 'booked'
}

const steps: Record<Status, readonly Status[]> = {
  booked: ['booked'],
  arrived: ['booked', 'arrived'],
  fulfilled: ['booked', 'arrived', 'fulfilled'],
  noshow: ['booked', 'noshow'],
}

/** A patient of the listing and the day, since 1970, of their last visit that this run wrote. */
type Known = { patient: InventedPatient; day: number }

/** One in four is someone seen on an earlier day, when the reason is for their age. */
function returning(
  random: Random,
  known: readonly Known[],
  { service, startsAt }: Visit,
  now: Date,
): Known | undefined {
  if (service.audience === 'new' || known.length === 0 || !random.chance(0.25)) return undefined
  const found = random.pick(known)
  const age = ageAt(found.patient.birthDate, now)
  const isForThem = age > service.minimumAgeYears && age < service.maximumAgeYears
  return isForThem && dayOf(startsAt, 0) - found.day > 1 ? found : undefined
}

function patientFor(
  batch: Batch,
  listing: OpenListing,
  visit: Visit,
  known: Known[],
  random: Random,
  now: Date,
  bookedAt: Minutes,
): InventedPatient {
  const day = dayOf(visit.startsAt, 0)
  const again = returning(random, known, visit, now)
  if (again) {
    again.day = day
    return again.patient
  }
  const patient = inventPatient(random, newId(), visit.service, listing.state, listing.areaCode, now)
  const { id, givenName, familyName, birthDate, email, phone } = patient
  addRow(batch, 'patient', listing.tenantId, id, givenName, familyName, birthDate, email, phone, stamp(bookedAt))
  known.push({ patient, day })
  return patient
}

function addVisit(batch: Batch, listing: OpenListing, visit: Visit, known: Known[], random: Random, now: Date): void {
  const { tenantId: tenant } = listing
  const { service } = visit
  const nowMinute = Math.floor(now.getTime() / minuteMs)
  const bookedAt = Math.min(nowMinute, visit.startsAt) - random.whole(60, 20 * dayMinutes)
  const patient = patientFor(batch, listing, visit, known, random, now, bookedAt)
  const id = newId()
  const [startsAt, endsAt] = [stamp(visit.startsAt), stamp(visit.endsAt)]
  const status = statusAt(random, visit, nowMinute)
  addRow(
    batch,
    'appointment',
    tenant,
    id,
    listing.id,
    service.id,
    patient.id,
    status,
    startsAt,
    endsAt,
    service.offer,
    stamp(bookedAt),
  )
  const takes = `[${stamp(visit.takes.from)},${stamp(visit.takes.until)})`
  for (const resource of listing.resourceIds) addRow(batch, 'occupancy', resource, takes, 'booked', tenant, id)
  steps[status].forEach((to, step, all) => {
    const at = { booked: bookedAt, arrived: visit.startsAt - 5, fulfilled: visit.endsAt, noshow: visit.endsAt }[to]
    addRow(
      batch,
      'appointment_history',
      tenant,
      newId(),
      id,
      all[step - 1] ?? null,
      to,
      startsAt,
      endsAt,
      step === 0 ? 'guest' : 'staff',
      stamp(Math.min(at, nowMinute)),
    )
  })
  const parent = inventParent(random, patient, listing.state, listing.areaCode, now)
  if (parent) {
    const { givenName, familyName, email, phone, relationship } = parent
    addRow(batch, 'related_person', tenant, newId(), id, givenName, familyName, email, phone, relationship)
  }
}
