/**
 * Listings as a property test wants them: any rules around one date, put into the database, asked, and undone.
 * The answers are compared with the oracle of domain/availability.
 */
import fc from 'fast-check'
import type postgres from 'postgres'
import type { ListingFixture } from '#db/testing/fixtures.ts'
import { changesOf, offeredTimes, type World } from '#domain/availability/oracle.ts'
import { newId } from '#lib/ids.ts'
import { offsetMinutes } from '#lib/time.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** One reading for the whole run, a full hour. */
export const now = new Date(Math.floor(Date.now() / hourMs) * hourMs)

/** Zones whose rules differ between Postgres' time zone data and this runtime's; no clinic of ours is in one. */
export const differing = ['Africa/Casablanca', 'Africa/El_Aaiun', 'America/Edmonton']
export const named = [
  'America/New_York',
  'Europe/London',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Phoenix',
  'America/Boise',
]
export const zones = Intl.supportedValuesOf('timeZone').filter((zone) => !differing.includes(zone))

/** A zone and a moment worth asking about: a coming change of its clocks, or, where they never change, a day in spring. */
export type Moment = { zone: string; around: Date }

/** What a horizon of a year reaches, from a week on. */
export function momentsOf(zone: string): Moment[] {
  const changes = changesOf(zone, new Date(now.getTime() + 7 * dayMs), 345)
  const moments = changes.length > 0 ? changes : [new Date(now.getTime() + 120 * dayMs)]
  return moments.map((around) => ({ zone, around }))
}

/** The moments of one zone for each way of changing clocks (when, from and to which offset), and of the named ones. */
export function momentsOfAll(): Moment[] {
  const ways = new Map<string, string>()
  for (const zone of zones) {
    const moments = momentsOf(zone).map(({ around }) => [around, offsetMinutes(around, zone)].join())
    if (changesOf(zone, now, 352).length > 0) ways.set(moments.join(), zone)
  }
  return [...new Set([...named, ...ways.values()])].flatMap(momentsOf)
}

/** A listing and a question. */
export type Case = Omit<World, 'busy'> & {
  from: Date
  to: Date
  /** One of the busy ones, or nobody. */
  exceptId: string | null
  ignoreBusy: boolean
  /** Which of the listing's two resources each takes. */
  busy: (World['busy'][number] & { resource: 0 | 1; kind: 'hold' | 'booked' | 'block' })[]
}

/** Open day and night, nothing taken, every quarter of an hour, asked about the day around the moment. */
export const alwaysOpen = ({ zone, around }: Moment): Case => ({
  zone,
  rules: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startsAt: '00:00', endsAt: '24:00' })),
  overrides: [],
  closures: [],
  service: {
    durationMinutes: 20,
    stepMinutes: 15,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    minimumNoticeMinutes: 0,
    horizonDays: 365,
  },
  busy: [],
  from: new Date(around.getTime() - 14 * hourMs),
  to: new Date(around.getTime() + 14 * hourMs),
  exceptId: null,
  ignoreBusy: false,
})

/** Any listing in the moment's zone and any question about the days around it. */
export const anyCase = ({ zone, around }: Moment): fc.Arbitrary<Case> =>
  fc
    .record({
      zone: fc.constant(zone),
      rules: fc
        .array(fc.option(fc.oneof(windows, fc.constant(wholeDay)), { nil: [], freq: 6 }), {
          minLength: 7,
          maxLength: 7,
        })
        .map((week) => week.flatMap((day, i) => day.map((hours) => ({ weekday: i + 1, ...hours })))),
      overrides: anyOverrides(around),
      closures: fc.array(
        fc
          .record({ on: daysOff, days: fc.integer({ min: 0, max: 1 }) })
          .map(({ on, days }) => ({ fromDate: dateAt(around, on), untilDate: dateAt(around, on + days) })),
        { maxLength: 1 },
      ),
      service: anyService(around),
      busy: fc.array(anyBusy(around), { maxLength: 5 }),
      // Now and then between two minutes.
      fromSecond: fc.oneof(
        fc.integer({ min: -1440, max: 400 }).map((minutes) => minutes * 60),
        fc.integer({ min: -1440 * 60, max: 0 }),
      ),
      minutes: mostly(fc.integer({ min: 300, max: 2 * 1440 }), fc.integer({ min: 0, max: 90 })),
      except: fc.integer({ min: -1, max: 4 }),
      ignoreBusy: fc.integer({ min: 0, max: 4 }).map((n) => n === 4),
    })
    .map(({ fromSecond, minutes, except, ...rest }) => {
      const from = new Date(around.getTime() + fromSecond * 1000)
      return {
        ...rest,
        from,
        to: new Date(from.getTime() + minutes * minuteMs),
        exceptId: rest.busy[except]?.id ?? null,
      }
    })

const daysOff = fc.oneof(fc.integer({ min: -1, max: 1 }), fc.integer({ min: -3, max: 3 }))
const mostly = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: usual, weight: 5 }, { arbitrary: rare, weight: 1 })
const rarely = <T>(rare: fc.Arbitrary<T>, usual: T): fc.Arbitrary<T> => mostly(fc.constant(usual), rare)

const wholeDay = [{ startsAt: '00:00', endsAt: '24:00' }]
const steps = [5, 6, 8, 9, 10, 12, 15, 16, 18, 20, 24, 30, 36, 40, 45, 48, 60]

/** The local date so many days from the one that `around` falls on, near enough for any zone. */
const dateAt = (around: Date, days: number): string =>
  new Date(around.getTime() + days * dayMs).toISOString().slice(0, 10)

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

const cut = fc.oneof(
  fc.constantFrom(0, 60, 90, 120, 150, 180, 720, 1440),
  fc.integer({ min: 0, max: 288 }).map((n) => n * 5),
)

/** One to four windows of a day, often touching each other, noon or midnight. */
const windows = fc
  .tuple(fc.uniqueArray(cut, { minLength: 2, maxLength: 5 }), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
  .map(([cuts, kept]) => {
    const ordered = cuts.toSorted((a, b) => a - b)
    return ordered
      .slice(1)
      .map((end, i) => ({ startsAt: clock(ordered[i] ?? 0), endsAt: clock(end) }))
      .filter((_, i) => i === 0 || kept[i - 1])
  })

const anyOverrides = (around: Date): fc.Arbitrary<World['overrides']> =>
  fc
    .array(fc.record({ on: daysOff, day: fc.option(windows, { nil: undefined, freq: 2 }) }), { maxLength: 2 })
    .map((days) =>
      days.flatMap(({ on, day }) => (day ?? [{}]).map((hours) => ({ localDate: dateAt(around, on), ...hours }))),
    )

/** Notice and horizon end near the moment now and then. */
function anyService(around: Date): fc.Arbitrary<World['service']> {
  const minutesAway = Math.floor((around.getTime() - now.getTime()) / minuteMs)
  const daysAway = Math.floor(minutesAway / 1440)
  const buffer = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 }))
  return fc.record({
    durationMinutes: fc.integer({ min: 5, max: 90 }),
    bufferBeforeMinutes: buffer,
    bufferAfterMinutes: buffer,
    stepMinutes: fc.constantFrom(...steps),
    minimumNoticeMinutes: rarely(fc.integer({ min: minutesAway - 2000, max: minutesAway + 2000 }), 0),
    horizonDays: rarely(fc.integer({ min: Math.max(1, daysAway - 1), max: Math.min(365, daysAway + 2) }), 365),
  })
}

const anyBusy = (around: Date): fc.Arbitrary<Case['busy'][number]> =>
  fc
    .record({
      start: fc.integer({ min: -2 * 1440, max: 2 * 1440 }),
      minutes: mostly(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 60, max: 1500 })),
      resource: fc.constantFrom(0 as const, 1 as const),
      what: fc.constantFrom(
        { kind: 'booked' as const },
        { kind: 'block' as const },
        { kind: 'hold' as const, expiresAt: new Date(now.getTime() + dayMs) },
        { kind: 'hold' as const, expiresAt: new Date(now.getTime() - minuteMs) },
      ),
    })
    .map(({ start, minutes, resource, what }) => {
      const startsAt = new Date(around.getTime() + start * minuteMs)
      return { id: newId(), startsAt, endsAt: new Date(startsAt.getTime() + minutes * minuteMs), resource, ...what }
    })

class Undo extends Error {}

/** Runs `work` with `listing` as the case has it, in a superuser's transaction that is undone; `busy` is what fitted. */
export async function inWorld<T>(
  admin: postgres.Sql,
  listing: ListingFixture,
  world: Case,
  work: (tx: postgres.TransactionSql, busy: Case['busy']) => Promise<T>,
): Promise<T> {
  let result: { value: T } | undefined
  const undone = admin.begin(async (tx) => {
    const ids = await become(tx, listing, world)
    result = {
      value: await work(
        tx,
        world.busy.filter(({ id }) => ids.has(id)),
      ),
    }
    throw new Undo()
  })
  await undone.catch((error) => {
    if (!(error instanceof Undo)) throw error
  })
  if (!result) throw new Error('The work did not run.')
  return result.value
}

/** Gives the listing the case's rules; returns the ids of the busy ones that did not overlap an earlier one. */
async function become(tx: postgres.TransactionSql, listing: ListingFixture, world: Case): Promise<Set<string>> {
  const { tenantId, listingId, locationId, serviceId, resourceIds } = listing
  const { service } = world
  const row = () => ({ tenant_id: tenantId, id: newId() })
  const hours = ({ startsAt, endsAt }: { startsAt?: string; endsAt?: string }) => ({
    ...row(),
    listing_id: listingId,
    starts_at: startsAt ?? null,
    ends_at: endsAt ?? null,
  })
  const rules = world.rules.map((rule) => ({ ...hours(rule), weekday: rule.weekday }))
  const overrides = world.overrides.map((override) => ({ ...hours(override), local_date: override.localDate }))
  const closures = world.closures.map(({ fromDate, untilDate }) => ({
    ...row(),
    location_id: locationId,
    from_date: fromDate,
    until_date: untilDate,
    reason: 'Closed',
  }))
  const taken = world.busy.map((busy) => ({
    resource_id: resourceIds[busy.resource] ?? '',
    tenant_id: tenantId,
    appointment_id: busy.id,
    kind: busy.kind,
    expires_at: busy.expiresAt ?? null,
    during: `[${busy.startsAt.toISOString()},${busy.endsAt.toISOString()})`,
  }))
  const [fitted] = await Promise.all([
    taken.length > 0
      ? tx<{ id: string }[]>`insert into occupancy ${tx(taken)} on conflict do nothing returning appointment_id as id`
      : [],
    tx`update listing set time_zone = ${world.zone} where id = ${listingId}`,
    tx`
      update service set duration_minutes = ${service.durationMinutes}, buffer_before_minutes = ${service.bufferBeforeMinutes},
        buffer_after_minutes = ${service.bufferAfterMinutes}, step_minutes = ${service.stepMinutes},
        minimum_notice_minutes = ${service.minimumNoticeMinutes}, horizon_days = ${service.horizonDays}
      where id = ${serviceId}`,
    tx`delete from availability_rule where listing_id = ${listingId}`,
    rules.length > 0 && tx`insert into availability_rule ${tx(rules)}`,
    overrides.length > 0 && tx`insert into availability_override ${tx(overrides)}`,
    closures.length > 0 && tx`insert into closure ${tx(closures)}`,
  ])
  return new Set(fitted.map(({ id }) => id))
}

/** The starts that `kernel.times`, which `free_times` answers from, gives for the case's question, ISO, at most `limit`. */
export async function freeTimesIn(
  tx: postgres.TransactionSql,
  listing: ListingFixture,
  { from, to, exceptId, ignoreBusy }: Pick<Case, 'from' | 'to' | 'exceptId' | 'ignoreBusy'>,
  limit: number | null,
): Promise<string[]> {
  const rows = await tx<{ at: Date }[]>`
    select starts_at as at from kernel.times(array[${listing.listingId}]::uuid[], ${listing.serviceId}, ${from}, ${to},
      ${limit}, null, ${exceptId}, ${ignoreBusy})`
  return rows.map(({ at }) => iso(at))
}

/** What `free_times` and the oracle say of a case, ISO; `firstThree` is asked with a limit of three. */
export type Answers = { times: string[]; firstThree: string[]; expected: string[] }

/** Asks both. Undefined when the answer changed while it was asked (notice, horizon): such a case says nothing. */
export async function answers(admin: postgres.Sql, listing: ListingFixture, world: Case): Promise<Answers | undefined> {
  const { from, to, exceptId, ignoreBusy } = world
  return inWorld(admin, listing, world, async (tx, busy) => {
    const clockNow = () => tx<{ at: Date }[]>`select clock_timestamp() as at`
    const asked = (limit: number | null) => freeTimesIn(tx, listing, world, limit)
    const [before, times, firstThree, after] = await Promise.all([clockNow(), asked(null), asked(3), clockNow()])
    const oracle = (at: Date) => offeredTimes({ ...world, busy }, { from, to, exceptId, ignoreBusy, now: at }).map(iso)
    const expected = oracle(before[0]?.at ?? now)
    if (expected.join() !== oracle(after[0]?.at ?? now).join()) return undefined
    return { times, firstThree, expected }
  })
}

const iso = (at: Date): string => at.toISOString()

/** A time, whether it is offered, how two claims of it end, and how many rows a refused first one leaves; all undone. */
export type Tried = { at: Date; offered: boolean; first: string; second: string; leftOver: number }

/** Claims every fifth minute of the first `hours` of the question, and every time offered there, twice each. */
export function tryClaims(admin: postgres.Sql, listing: ListingFixture, world: Case, hours: number): Promise<Tried[]> {
  const to = new Date(Math.min(world.to.getTime(), world.from.getTime() + hours * hourMs))
  const from = new Date(Math.ceil(world.from.getTime() / minuteMs) * minuteMs)
  return inWorld(admin, listing, world, async (tx) => {
    await tx.unsafe(tryClaim)
    return tx<Tried[]>`
      with offered as (
        select starts_at as at from kernel.free_times(array[${listing.listingId}]::uuid[], ${listing.serviceId}, ${from}, ${to})
      )
      select at, at in (select at from offered) as offered, split_part(answer, ' ', 1) as first, split_part(answer, ' ', 2) as second,
        split_part(answer, ' ', 3)::int as "leftOver"
      from (select at from offered union select generate_series(${from}::timestamptz, ${to}::timestamptz - interval '1 second', '5 minutes')) wanted(at),
        pg_temp.try_claim(${listing.tenantId}, ${listing.listingId}, ${listing.serviceId}, at) as answer`
  })
}

const tryClaim = `
  create or replace function pg_temp.try_claim(tenant uuid, listing uuid, service uuid, at timestamptz) returns text language plpgsql as $$
  declare
    holder uuid := gen_random_uuid();
    first text;
    second text;
    left_over bigint;
  begin
    first := kernel.claim(tenant, listing, service, at, null, holder, 'booked', null);
    select count(*) into left_over from occupancy where appointment_id = holder and first <> 'ok';
    second := kernel.claim(tenant, listing, service, at, null, gen_random_uuid(), 'booked', null);
    raise exception using errcode = 'UNDO0', message = concat_ws(' ', first, second, left_over);
  exception when sqlstate 'UNDO0' then
    return sqlerrm;
  end $$`
