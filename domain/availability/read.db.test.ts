import { expect, test } from 'vitest'
import { withGuest, withPublic } from '#db/doors.ts'
import { aListing, asOwner, everyDay, type ListingFixture, visitor } from '#db/testing/fixtures.ts'
import { newId } from '#lib/ids.ts'
import { localDate, offsetMinutes, plusDays } from '#lib/time.ts'
import { changesOf } from './oracle.ts'
import { freeTimes, whyMissing } from './read.ts'

const minuteMs = 60_000
const dayMs = 1440 * minuteMs
const later = (at: Date, minutes: number) => new Date(at.getTime() + minutes * minuteMs)
const why = (listing: ListingFixture, startsAt: Date, serviceId = listing.serviceId) =>
  withPublic((tx) => whyMissing(tx, { listingId: listing.listingId, serviceId, startsAt }))

test('freeTimes answers for several listings at once through the public door, at most so many each', async () => {
  const [one, other] = [await aListing(), await aListing()]
  const listingIds = [one.listingId, other.listingId, newId()]
  const [from, to] = [one.at, later(one.at, 8 * 1440)]
  const rows = await withPublic((tx) => freeTimes(tx, { listingIds, from, to, perListing: 2 }))
  const of = (listing: ListingFixture) => rows.filter((row) => row.listingId === listing.listingId)
  expect(rows).toHaveLength(4)
  expect(of(one)).toEqual(
    one.times.slice(0, 2).map((startsAt) => ({
      listingId: one.listingId,
      serviceId: one.serviceId,
      startsAt,
      endsAt: later(startsAt, 30),
    })),
  )
  expect(of(other)).toHaveLength(2)
})

test('a held time is gone from freeTimes', async () => {
  const clinic = await aListing()
  const guest = visitor(clinic)
  await withGuest(
    guest,
    (tx) =>
      tx.sql`select kernel.hold(${clinic.listingId}, ${clinic.serviceId}, ${clinic.at}, ${guest.capability.id}, array['here'], 9, 9)`,
  )
  const wanted = { listingIds: [clinic.listingId], from: clinic.at, to: later(clinic.at, 1) }
  expect(await withPublic((tx) => freeTimes(tx, wanted))).toEqual([])
  expect(await why(clinic, clinic.at)).toBe('taken')
  expect(await why(clinic, later(clinic.at, 15))).toBe('taken')
  expect(await why(clinic, later(clinic.at, 30))).toBeNull()
})

test('why a time is missing: each reason', async () => {
  const zone = 'America/New_York'
  const day = plusDays(localDate(new Date(), zone), 4)
  const [closed, away, back] = [plusDays(day, 2), plusDays(day, 4), plusDays(day, 5)]
  const clinic = await aListing({
    ...{ zone, day, rules: everyDay('09:00', '12:00') },
    overrides: [{ localDate: closed }],
    closures: [{ fromDate: away, untilDate: back }],
    service: { minimumNoticeMinutes: 24 * 60, horizonDays: 30, bufferAfterMinutes: 10 },
  })
  /** 10:00 or 11:00 there, in winter and in summer. */
  const morning = (date: string) => new Date(`${date}T15:00Z`)
  expect(await why(clinic, clinic.at)).toBeNull()
  expect(await why(clinic, later(clinic.at, 7))).toBe('off_grid')
  expect(await why(clinic, later(clinic.at, -15))).toBe('outside_hours')
  // 11:30 would end at 12:00, but ten minutes are kept after a visit.
  expect(await why(clinic, later(clinic.at, 150))).toBe('outside_hours')
  expect(await why(clinic, later(clinic.at, 135))).toBeNull()
  expect(await why(clinic, morning(plusDays(day, 1)))).toBeNull()
  for (const date of [closed, away, back]) expect(await why(clinic, morning(date))).toBe('closed_day')
  expect(await why(clinic, morning(plusDays(back, 1)))).toBeNull()
  expect(await why(clinic, new Date(Date.now() - minuteMs))).toBe('past')
  expect(await why(clinic, new Date(Date.now() + 60 * minuteMs))).toBe('notice')
  expect(await why(clinic, new Date(Date.now() + 31 * dayMs))).toBe('horizon')
  expect(await why(clinic, clinic.at, newId())).toBe('not_offered')
  const unknown = { listingId: newId(), serviceId: newId(), startsAt: clinic.at }
  expect(await withPublic((tx) => whyMissing(tx, unknown))).toBe('not_offered')
})

test('a listing without any hours is closed every day', async () => {
  const clinic = await aListing({ rules: [] })
  expect(await why(clinic, new Date(Date.now() + 3 * dayMs))).toBe('closed_day')
})

test('the hour that comes twice is offered once, the hour that never comes not at all', async () => {
  const zone = 'America/New_York'
  const clinic = await aListing({ zone, rules: everyDay('00:00', '24:00'), service: { horizonDays: 365 } })
  const changes = changesOf(zone, new Date(Date.now() + 7 * dayMs), 350)
  expect(changes.length).toBeGreaterThan(0)
  for (const at of changes) {
    const wanted = { listingIds: [clinic.listingId], from: later(at, -120), to: later(at, 120) }
    const rows = await withPublic((tx) => freeTimes(tx, wanted))
    const isAutumn = offsetMinutes(at, zone) < offsetMinutes(later(at, -1), zone)
    // In autumn the hour before the change is shown again after it, and only then offered.
    expect(rows).toHaveLength(isAutumn ? 12 : 16)
    expect(await why(clinic, later(at, -60))).toBe(isAutumn ? 'off_grid' : null)
  }
})

test('another tenant’s rows under the same id open no hour and rewrite nothing that is public', async () => {
  const clinic = await aListing({ rules: everyDay('09:00', '10:00') })
  const other = await aListing()
  await asOwner(async (tx) => {
    const row = { tenant_id: other.tenantId, listing_id: clinic.listingId }
    await tx`insert into practitioner_role ${tx({
      tenant_id: other.tenantId,
      id: clinic.listingId,
      slug: `taken-${clinic.listingId}`,
      location_id: other.locationId,
      specialty: 'urgent-care',
      published_at: new Date(),
    })}`
    await tx`insert into listing_service ${tx({ ...row, service_id: other.serviceId, position: -1 })}`
    await tx`insert into listing_resource ${tx({ ...row, resource_id: other.resourceIds[0] ?? '' })}`
    for (const weekday of [1, 2, 3, 4, 5, 6, 7]) {
      await tx`insert into availability_rule ${tx({ ...row, weekday, starts_at: '00:00', ends_at: '24:00' })}`
    }
    await tx`insert into availability_override ${tx({ ...row, local_date: localDate(clinic.at, clinic.zone) })}`
    await tx`select kernel.refresh_listing(array[${clinic.listingId}]::uuid[])`
  })
  const wanted = { listingIds: [clinic.listingId], from: clinic.at, to: later(clinic.at, 3 * 1440) }
  const rows = await withPublic((tx) => freeTimes(tx, wanted))
  expect(rows.map((row) => row.startsAt)).toEqual(clinic.times.filter((at) => at < wanted.to))
  expect(new Set(rows.map((row) => row.serviceId))).toEqual(new Set([clinic.serviceId]))
  const [listing] = await withPublic((tx) => tx.sql`select slug, specialty from listing where id = ${clinic.listingId}`)
  expect(listing).toEqual({ slug: clinic.slug, specialty: 'family-medicine' })
})
