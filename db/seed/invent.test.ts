import { describe, expect, test } from 'vitest'
import { fullClinic, inventPractices, showcases, splitForDemo } from './demo.ts'
import { facilitiesFrom } from './facilities.ts'
import { holidays, splitWeek } from './hours.ts'
import { type Practice, registerWith, slugOf } from './invent.ts'
import { idsFrom } from './random.ts'
import { type Service, templates } from './services.ts'
import { readCentroids, readFacilityRows } from './source.ts'

const { demo, rest } = splitForDemo(facilitiesFrom(readFacilityRows(), readCentroids()).organizations)
const invented = (): Practice[] => {
  const ids = idsFrom(1)
  return [
    ...inventPractices(
      demo,
      registerWith(() => ids.next()),
    ),
  ]
}
const practices = invented()
const listings = practices.flatMap((practice) => practice.listings)
const facilities = practices.flatMap((practice) => practice.locations)

describe('the demo', () => {
  test('has 2,000 facilities in every state and territory, and about 8,000 listings', () => {
    expect(facilities).toHaveLength(2000)
    const all = [...demo, ...rest].flatMap((organization) => organization.locations)
    expect(new Set(facilities.map((location) => location.state))).toEqual(
      new Set(all.map((location) => location.state)),
    )
    expect(all).toHaveLength(39_925)
    expect(listings.length).toBeGreaterThan(7500)
    expect(listings.length).toBeLessThan(8700)
  })

  test('has the showcases, the full clinic, each named city, and much near 02139', () => {
    const keys = practices.map((practice) => practice.key)
    expect(keys.slice(0, 4)).toEqual([showcases.manyPlaces, showcases.urgentCare, showcases.mountainTime, fullClinic])
    for (const city of [
      'El Paso TX',
      'Pensacola FL',
      'Knoxville TN',
      'Paducah KY',
      'Gary IN',
      'Boise ID',
      'San Juan PR',
      'Tamuning GU',
    ]) {
      expect(
        facilities.filter((location) => `${location.city} ${location.state}` === city).length,
        city,
      ).toBeGreaterThan(3)
    }
    const near = facilities.filter(
      (location) => Math.hypot((location.lat - 42.363) * 111, (location.lng + 71.103) * 82) < 50,
    )
    expect(near.length).toBeGreaterThan(100)
    expect(near.filter((location) => location.kind === 'urgent-care').length).toBeGreaterThan(5)
  })

  test('is invented the same each time', () => {
    expect(JSON.stringify(invented())).toBe(JSON.stringify(practices))
  }, 20_000)

  test('gives no id and no slug twice', () => {
    const ids = practices.flatMap((practice) => [
      practice.tenantId,
      practice.organization.id,
      ...practice.resources.map((resource) => resource.id),
      ...[...practice.locations, ...practice.practitioners, ...practice.services, ...practice.listings].map(
        (row) => row.id,
      ),
    ])
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true)
    const slugs = listings.map((listing) => listing.slug)
    expect(new Set(slugs).size).toBe(slugs.length)
    expect(slugs.every((slug) => slug === slugOf(slug))).toBe(true)
    expect(new Set(practices.map((practice) => practice.tenantSlug)).size).toBe(practices.length)
  })
})

describe('who works there', () => {
  const tenantsOf = Map.groupBy(
    practices.flatMap((practice) =>
      practice.practitioners.map(({ resourceId }) => ({ resourceId, tenantId: practice.tenantId })),
    ),
    (row) => row.resourceId,
  )

  test('each facility has 2 to 6 practitioners of its own', () => {
    const home = Map.groupBy(
      practices.flatMap((practice) =>
        practice.listings.filter(
          (listing) => listing.practitionerId && practice.resources.some(({ id }) => id === listing.resourceId),
        ),
      ),
      (listing) => listing.locationId,
    )
    expect(home.size).toBe(2000)
    for (const [, list] of home) expect(list.length).toBeGreaterThanOrEqual(2)
    const mean = practices.flatMap((practice) => practice.practitioners).length / 2000
    expect(mean).toBeGreaterThan(3.7)
    expect(mean).toBeLessThan(4.4)
  })

  test('at least 20 work in two tenants with one time, the first two showcases share one, others work at two locations', () => {
    const inTwo = [...tenantsOf.values()].filter((rows) => new Set(rows.map((row) => row.tenantId)).size === 2)
    expect(inTwo.length).toBeGreaterThanOrEqual(20)
    const [first, second] = practices
    expect(
      second?.practitioners.some(({ resourceId }) =>
        first?.practitioners.some((person) => person.resourceId === resourceId),
      ),
    ).toBe(true)
    const places = practices.flatMap((practice) => [
      ...Map.groupBy(practice.listings, (listing) => listing.practitionerId),
    ])
    expect(
      places.filter(([person, list]) => person && new Set(list.map((listing) => listing.locationId)).size === 2).length,
    ).toBeGreaterThan(20)
  })

  test('a person of two tenants has a day on which either can have the time', () => {
    const hoursOf = Map.groupBy(listings, (listing) => listing.resourceId)
    const overlapping = [...tenantsOf].filter(([resourceId, rows]) => {
      if (rows.length < 2) return false
      const [home, away] = hoursOf.get(resourceId) ?? []
      return home?.hours.some((shift) =>
        away?.hours.some(
          (other) => other.weekday === shift.weekday && other.startsAt < shift.endsAt && shift.startsAt < other.endsAt,
        ),
      )
    })
    expect(overlapping.length).toBeGreaterThanOrEqual(20)
  })

  test('everyone speaks English first, many Spanish', () => {
    const people = practices.flatMap((practice) => practice.practitioners)
    expect(people.every((person) => person.languages[0] === 'English')).toBe(true)
    const spanish = people.filter((person) => person.languages.includes('Spanish')).length / people.length
    expect(spanish).toBeGreaterThan(0.15)
    expect(spanish).toBeLessThan(0.5)
  })
})

describe('what is offered', () => {
  const serviceOf = new Map(practices.flatMap((practice) => practice.services).map((service) => [service.id, service]))
  const offered = (ids: readonly string[]): Service[] => ids.map((id) => serviceOf.get(id) as Service)

  test('every listing offers something; visits are of 15, 20, 30 and 50 minutes, some with buffers, by all three ways', () => {
    expect(listings.every((listing) => listing.serviceIds.length > 0)).toBe(true)
    const services = [...serviceOf.values()]
    expect(new Set(services.map((service) => service.durationMinutes))).toEqual(new Set([15, 20, 30, 50]))
    expect(new Set(services.map((service) => service.modality))).toEqual(new Set(['in-person', 'video', 'phone']))
    expect(services.some((service) => service.bufferBeforeMinutes > 0 && service.bufferAfterMinutes > 0)).toBe(true)
    expect(services.every((service) => 1440 % service.stepMinutes === 0)).toBe(true)
    expect(
      services.some((service) => service.priceAmount === null) &&
        services.some((service) => service.priceAmount !== null),
    ).toBe(true)
  })

  test('what is not for every adult who is new comes first only where it needs a day’s notice', () => {
    const early = listings.filter(({ serviceIds }) => {
      const [first] = offered(serviceIds)
      if (!first) return true
      const isForAll = first.audience !== 'returning' && first.minimumAgeYears <= 18 && first.maximumAgeYears >= 60
      return !isForAll && first.minimumNoticeMinutes < 1440
    })
    expect(early.map((listing) => listing.slug)).toEqual([])
  })

  test('who takes nobody new offers nothing to new patients', () => {
    const closed = listings.filter((listing) => !listing.acceptsNewPatients)
    expect(closed.length).toBeGreaterThan(400)
    for (const listing of closed)
      expect(offered(listing.serviceIds).every((service) => service.audience === 'returning')).toBe(true)
  })

  test('every specialty has something for those who come back and something for all its listings', () => {
    for (const list of Object.values(templates)) {
      expect(list.some((template) => template.audience === 'returning' && template.share === 100)).toBe(true)
      expect(list[0]?.share).toBe(100)
    }
  })
})

describe('hours', () => {
  test('lie inside a day and never overlap; some have none, some are part-time, some are on leave', () => {
    const faulty = listings.filter(({ hours }) =>
      hours.some((shift, index) => {
        const before = hours[index - 1]
        const isInside = shift.startsAt < shift.endsAt && shift.startsAt >= 6 * 60 && shift.endsAt <= 22 * 60
        return !isInside || (before?.weekday === shift.weekday && before.endsAt > shift.startsAt)
      }),
    )
    expect(faulty).toEqual([])
    const days = listings.map((listing) => new Set(listing.hours.map((shift) => shift.weekday)).size)
    expect(days.filter((count) => count === 0).length).toBeGreaterThan(20)
    expect(days.filter((count) => count === 2 || count === 3).length).toBeGreaterThan(1500)
    expect(listings.filter((listing) => listing.leave).length).toBeGreaterThan(300)
    expect(
      listings.filter((listing) =>
        listing.hours.some((shift, index) => listing.hours[index + 1]?.weekday === shift.weekday),
      ).length,
    ).toBeGreaterThan(2000)
  })

  test('a week split between two places keeps each day whole', () => {
    const week = [1, 2, 3].map((weekday) => ({ weekday, startsAt: 480, endsAt: 720 }))
    expect(splitWeek(week)).toEqual([week.slice(0, 2), week.slice(2)])
    expect(splitWeek(week.slice(0, 1))).toEqual([week.slice(0, 1), []])
  })

  test('holidays fall on their days', () => {
    expect(holidays('2026-11-21', 180).map((holiday) => holiday.date)).toEqual([
      '2026-11-26',
      '2026-12-25',
      '2027-01-01',
    ])
    expect(holidays('2027-05-01', 140).map((holiday) => holiday.date)).toEqual([
      '2027-05-31',
      '2027-07-04',
      '2027-09-06',
    ])
  })
})
