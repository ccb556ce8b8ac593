import { beforeAll, expect, test } from 'vitest'
import { now, withGuest } from '#db/doors.ts'
import { aListing, anyone, type ListingFixture, visitor } from '#db/testing/fixtures.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { localDate } from '#lib/time.ts'
import { extendHold } from './extendHold.ts'
import { hold } from './hold.ts'
import { type Caller, callerFrom } from './limits.ts'
import { releaseHold } from './releaseHold.ts'

type Limits = { holds?: number; holdsPerListingDay?: number }

/** Someone at an address of their own who may have so many holds. */
const caller = (limits: Limits): Caller => ({ hashes: [newId()], allowed: { ...anyone().allowed, ...limits } })

/** Someone at this address. */
const at = (address: string, limits: Limits): Caller => {
  const known = callerFrom(address)
  return { ...known, allowed: { ...known.allowed, holds: 1_000, holdsPerListingDay: 1_000, ...limits } }
}

/** 'held', or the code of the refusal. */
async function tryHold(clinic: ListingFixture, startsAt: Date | undefined, by: Caller): Promise<string> {
  if (!startsAt) throw new Error('There is no such time.')
  const { listingId, serviceId } = clinic
  try {
    await withGuest(visitor(clinic), (tx) => hold(tx, { listingId, serviceId, startsAt }, by))
    return 'held'
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

const inTurn = async (tries: (() => Promise<string>)[]): Promise<string[]> => {
  const outcomes = []
  for (const one of tries) outcomes.push(await one())
  return outcomes
}

const counted = (outcomes: string[]): Record<string, number> =>
  Object.fromEntries(
    Object.entries(Object.groupBy(outcomes, (outcome) => outcome)).map(([k, v]) => [k, v?.length ?? 0]),
  )

/** Times of one local day that do not overlap, and one of another day. */
function times(clinic: ListingFixture): { day: Date[]; otherDay: Date[] } {
  const apart = clinic.times.filter((_, n) => n % 2 === 0)
  const days = Object.values(Object.groupBy(apart, (time) => localDate(time, clinic.zone)))
  const [day = [], otherDay = []] = days.filter((one = []) => one.length > 10)
  return { day, otherDay }
}

let clinic: ListingFixture
beforeAll(async () => {
  clinic = await aListing()
})

test('an address has so many live holds: n − 1, n and not n + 1; one given back makes room', async () => {
  const own = await aListing()
  const by = caller({ holds: 3 })
  const { day } = times(own)
  expect(await inTurn(day.slice(0, 4).map((time) => () => tryHold(own, time, by)))).toEqual([
    ...['held', 'held', 'held', 'limit'],
  ])
  const guest = visitor(own)
  const other = caller({ holds: 1 })
  const input = { listingId: own.listingId, serviceId: own.serviceId, startsAt: day[5] ?? own.at }
  await withGuest(guest, (tx) => hold(tx, input, other))
  expect(await tryHold(own, day[6], other)).toBe('limit')
  await withGuest(guest, (tx) => releaseHold(tx, guest.capability.id))
  expect(await tryHold(own, day[6], other)).toBe('held')
})

test('a hold lasts ten minutes, and extending it gives ten from then', async () => {
  const own = await aListing()
  const guest = visitor(own)
  const input = { listingId: own.listingId, serviceId: own.serviceId, startsAt: own.at }
  const before = await now()
  const held = await withGuest(guest, (tx) => hold(tx, input, caller({})))
  const after = await now()
  const tenMinutes = 600_000
  // The database's clock is read over a connection that may be slow.
  const clockErrorMs = 20_000
  const isTenMinutesFrom = (expiresAt: string, from: Date, until: Date) => {
    expect(Date.parse(expiresAt)).toBeGreaterThanOrEqual(from.getTime() + tenMinutes - clockErrorMs)
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(until.getTime() + tenMinutes + clockErrorMs)
  }
  isTenMinutesFrom(held.expiresAt, before, after)
  expect(Date.parse(held.expiresAt) - Date.parse(held.heldAt)).toBe(tenMinutes)
  const extended = await withGuest(guest, (tx) => extendHold(tx, guest.capability.id))
  isTenMinutesFrom(extended.expiresAt, after, await now())
})

test('of ten at once from one address that may have two holds, two win, whatever the clinics', async () => {
  const clinics = await Promise.all([aListing(), aListing()])
  for (let round = 0; round < 3; round += 1) {
    const by = caller({ holds: 2 })
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, n) => {
        const chosen = clinics[n % 2] ?? clinic
        return tryHold(chosen, times(chosen).day[n + round], by)
      }),
    )
    expect(counted(outcomes).held).toBe(2)
    expect(counted(outcomes).limit).toBeGreaterThanOrEqual(6)
  }
})

test('an address has so many live holds on one day of a listing, also at once; its other days and other listings are open', async () => {
  const [own, other] = [await aListing(), await aListing()]
  const { day, otherDay } = times(own)
  const by = caller({ holdsPerListingDay: 2 })
  const outcomes = await Promise.all(day.slice(0, 10).map((time) => tryHold(own, time, by)))
  expect(counted(outcomes)).toEqual({ held: 2, limit: 8 })
  expect(await tryHold(own, otherDay[0], by)).toBe('held')
  expect(await tryHold(other, times(other).day[0], by)).toBe('held')
})

test('however many others hold times of a day, an honest visitor gets a free one of it', async () => {
  const own = await aListing()
  const { day } = times(own)
  for (const time of day.slice(0, 10)) expect(await tryHold(own, time, caller({ holdsPerListingDay: 2 }))).toBe('held')
  expect(await tryHold(own, day[10], caller({ holdsPerListingDay: 2 }))).toBe('held')
})

test('IPv6 counts by its first 64 bits, and four times as many by its first 48', async () => {
  const own = await aListing()
  const { day } = times(own)
  const site = `2001:db8:${Math.floor(Math.random() * 0xffff).toString(16)}`
  const from = (subnet: string, n: number) => () => tryHold(own, day[n], at(`${site}:${subnet}`, { holds: 1 }))
  expect(await inTurn([from('1::1', 0), from('1::2', 1), from('2::1', 2)])).toEqual(['held', 'limit', 'held'])
  expect(await inTurn([from('3::1', 3), from('4::1', 4), from('5::1', 5)])).toEqual(['held', 'held', 'limit'])
  expect(await tryHold(own, day[5], at('2001:db9::1', { holds: 1 }))).toBe('held')
})

test('ten subnets of one IPv6 network at once get four times what one gets', async () => {
  const own = await aListing()
  const { day } = times(own)
  const site = `2001:db8:${Math.floor(Math.random() * 0xffff).toString(16)}`
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, (_, n) => tryHold(own, day[n], at(`${site}:${n}::1`, { holdsPerListingDay: 1 }))),
  )
  expect(counted(outcomes)).toEqual({ held: 4, limit: 6 })
})
