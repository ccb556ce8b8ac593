import { expect, test } from 'vitest'
import { withGuest, withPublic, withStaff } from '#db/doors.ts'
import { localDate, plusDays } from '#lib/time.ts'
import { aListing, aTenant, everyDay, visitor } from './fixtures.ts'

const published = (id: string) => withPublic((tx) => tx.sql`select id, time_zone from listing where id = ${id}`)

test('a listing is published, offers times, and a visitor can hold one', async () => {
  const clinic = await aListing({ zone: 'America/Boise' })
  expect([...(await published(clinic.listingId))]).toEqual([{ id: clinic.listingId, time_zone: 'America/Boise' }])
  expect(clinic.times).toHaveLength(100)
  const guest = visitor(clinic)
  const [held] = await withGuest(
    guest,
    (tx) => tx.sql`
      select status from kernel.hold(${clinic.listingId}, ${clinic.serviceId}, ${clinic.at}, ${guest.capability.id}, array['here'], 10, 10)`,
  )
  expect(held).toEqual({ status: 'ok' })
})

test.each(['America/Los_Angeles', 'Pacific/Kiritimati'])(
  'times begin with the whole of a local day in %s, at whatever hour they are asked for',
  async (zone) => {
    const hours = (day?: string) => aListing({ zone, day, rules: everyDay('09:00', '10:00') })
    const clinic = await hours()
    expect(clinic.day).toBe(plusDays(localDate(new Date(), zone), 3))
    const onDays = clinic.times.map((time) => localDate(time, zone))
    expect(onDays.slice(0, 4)).toEqual([clinic.day, clinic.day, clinic.day, plusDays(clinic.day, 1)])
    const later = await hours(plusDays(clinic.day, 10))
    expect(localDate(later.at, zone)).toBe(later.day)
  },
)

test('an unpublished listing is nowhere, and offers nothing', async () => {
  const clinic = await aListing({ isPublished: false })
  expect(await published(clinic.listingId)).toHaveLength(0)
  expect(() => clinic.at).toThrow('no time')
})

test('staff of each role see their own tenant and no other', async () => {
  const [clinic, other] = [await aTenant(), await aTenant()]
  for (const actor of Object.values(clinic.staff)) {
    const rows = await withStaff(actor, (tx) => tx.sql`select tenant_id from organization`)
    expect([...rows]).toEqual([{ tenant_id: clinic.tenantId }])
  }
  expect(other.tenantId).not.toBe(clinic.tenantId)
})
