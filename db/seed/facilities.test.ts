import { describe, expect, test } from 'vitest'
import { type FacilityLocation, facilitiesFrom } from './facilities.ts'
import { type Centroid, type FacilityRow, readCentroids, readFacilityRows } from './source.ts'

const boston: Centroid = { zip: '02139', city: 'Cambridge', state: 'MA', lat: 42.363, lng: -71.1034 }
const elPaso: Centroid = { zip: '79901', city: 'El Paso', state: 'TX', lat: 31.7606, lng: -106.4786 }
const billings: Centroid = { zip: '59101', city: 'Billings', state: 'MT', lat: 45.7747, lng: -108.5005 }
const centroids = [boston, elPaso, billings]

const aRow = (change: Partial<FacilityRow> = {}): FacilityRow => ({
  kind: 'primary-care',
  npi: '1000000001',
  name: 'RIVER CLINIC LLC',
  address: '1 MAIN ST',
  city: 'CAMBRIDGE',
  state: 'MA',
  zip: '021391234',
  lat: 42.36,
  lng: -71.1,
  areaCode: '617',
  ...change,
})
const made = (...rows: FacilityRow[]) => facilitiesFrom(rows, centroids)
const onlyLocation = (row: FacilityRow): FacilityLocation | undefined => made(row).organizations[0]?.locations[0]

describe('a row', () => {
  test('becomes an organization with one location, its words for people, its telephone invented', () => {
    const { organizations, counts } = made(aRow())
    expect(counts).toEqual({ rows: 1, kept: 1, mended: 0, rejected: 0, locations: 1, organizations: 1 })
    expect(organizations[0]).toMatchObject({ name: 'River Clinic LLC', npi: '1000000001', kind: 'primary-care' })
    expect(organizations[0]?.locations[0]).toMatchObject({
      addressLine: '1 Main St',
      city: 'Cambridge',
      state: 'MA',
      postalCode: '02139',
      timeZone: 'America/New_York',
      phone: expect.stringMatching(/^\(617\) 555-01\d\d$/),
    })
    expect(made(aRow()).organizations).toEqual(organizations)
  })

  test('whose coordinate is more than 50 km from its ZIP gets the ZIP’s middle, and the zone there', () => {
    const wrong = aRow({ city: 'EL PASO', state: 'TX', zip: '79901', lat: 42.36, lng: -71.1 })
    expect(made(wrong).counts).toMatchObject({ kept: 0, mended: 1, rejected: 0 })
    expect(onlyLocation(wrong)).toMatchObject({ lat: elPaso.lat, lng: elPaso.lng, timeZone: 'America/Denver' })
  })

  test.each([
    ['just inside 50 km is kept', 42.363 + 49.9 / 111.2, 0],
    ['just outside 50 km is mended', 42.363 + 50.1 / 111.2, 1],
  ])('%s', (_, lat, mended) => {
    expect(made(aRow({ lat, lng: boston.lng })).counts).toMatchObject({ mended, kept: 1 - mended })
  })

  test.each([
    ['no coordinate', { lat: null, lng: null }],
    ['the coordinate 0, 0', { lat: 0, lng: 0 }],
    ['a coordinate off the globe', { lat: 421.36, lng: -71.1 }],
  ])('with %s gets the ZIP’s middle', (_, change) => {
    expect(made(aRow(change)).counts).toMatchObject({ kept: 0, mended: 1 })
    expect(onlyLocation(aRow(change))).toMatchObject({ lat: boston.lat, lng: boston.lng })
  })

  test.each([
    ['neither coordinate nor ZIP', { lat: null, lng: null, zip: '' }],
    ['an unknown ZIP and a coordinate far from its neighbours', { zip: '02199', lat: -12.5, lng: -69.1 }],
    [
      'a coordinate in Peru for a clinic in Puerto Rico',
      { state: 'PR', city: 'LAJAS', zip: '00667', lat: -6.56, lng: -78.73 },
    ],
  ])('with %s is rejected', (_, change) => {
    expect(made(aRow(change)).counts).toMatchObject({ kept: 0, mended: 0, rejected: 1, organizations: 0 })
  })

  test('with a ZIP that no table has is kept where its neighbours are, and makes the ZIP known', () => {
    const { counts, places } = made(
      aRow({ zip: '02199' }),
      aRow({ zip: '00926', state: 'PR', city: 'SAN JUAN', lat: 18.4, lng: -66.05 }),
    )
    expect(counts).toMatchObject({ kept: 2, rejected: 0 })
    expect(places).toContainEqual({ zip: '02199', city: 'Cambridge', state: 'MA', lat: 42.36, lng: -71.1 })
    expect(places).toContainEqual({ zip: '00926', city: 'San Juan', state: 'PR', lat: 18.4, lng: -66.05 })
  })

  test('whose ZIP and city agree on another state shows that state', () => {
    const row = aRow({ city: 'BILLINGS', state: 'TX', zip: '59101', lat: 45.78, lng: -108.5 })
    expect(onlyLocation(row)).toMatchObject({ city: 'Billings', state: 'MT', timeZone: 'America/Denver' })
  })

  test('without a telephone gets an area code of its state, without a street says so', () => {
    const rows = [aRow(), aRow({ npi: '1000000002', name: 'OTHER CLINIC', areaCode: '', address: '' })]
    const [, other] = made(...rows).organizations
    expect(other?.locations[0]).toMatchObject({
      addressLine: 'No street address given',
      phone: expect.stringMatching(/^\(617\) /),
    })
  })
})

describe('rows are grouped', () => {
  const shape = (...rows: FacilityRow[]) =>
    made(...rows).organizations.map((organization) => organization.locations.length)

  test('one NPI and one address are one location, however the address is written', () => {
    expect(shape(aRow(), aRow({ address: '1 Main St.' }))).toEqual([1])
  })

  test('one NPI at two addresses is one organization with two locations, told apart by name', () => {
    const { organizations } = made(aRow(), aRow({ address: '2 OAK AVE STE 4' }))
    expect(organizations[0]?.locations.map((location) => location.name)).toEqual([
      'River Clinic, 1 Main St, Cambridge',
      'River Clinic, 2 Oak Ave, Cambridge',
    ])
  })

  test('two NPIs with one name in one state are one organization, whatever the punctuation', () => {
    const other = aRow({ npi: '1000000002', name: 'River Clinic, L.L.C.', address: '2 OAK AVE' })
    expect(shape(aRow(), other)).toEqual([2])
  })

  test('one name in two states is two organizations', () => {
    const other = aRow({ npi: '1000000002', state: 'TX', city: 'EL PASO', zip: '79901', lat: 31.76, lng: -106.47 })
    expect(shape(aRow(), other)).toEqual([1, 1])
  })

  test('one NPI in two states is one organization, and brings in who shares its name there', () => {
    const there = aRow({ state: 'TX', city: 'EL PASO', zip: '79901', lat: 31.76, lng: -106.47 })
    const neighbour = aRow({ ...there, npi: '1000000002', address: '9 ELM ST' })
    expect(shape(aRow(), neighbour, there)).toEqual([3])
  })

  test('mostly urgent care makes an urgent-care organization', () => {
    const urgent = [aRow({ kind: 'urgent-care' }), aRow({ kind: 'urgent-care', address: '2 OAK AVE' })]
    expect(made(...urgent, aRow({ address: '3 ELM ST' })).organizations[0]?.kind).toBe('urgent-care')
  })
})

describe('the real rows', () => {
  const { organizations, counts, places } = facilitiesFrom(readFacilityRows(), readCentroids())
  const locations = organizations.flatMap((organization) => organization.locations)

  test('are all counted', () => {
    expect(counts).toEqual({
      rows: 41_086,
      kept: 40_049,
      mended: 939,
      rejected: 98,
      locations: 39_925,
      organizations: 30_597,
    })
  })

  test.each([
    ['El Paso TX', 'America/Denver'],
    ['Pensacola FL', 'America/Chicago'],
    ['Knoxville TN', 'America/New_York'],
    ['Paducah KY', 'America/Chicago'],
    ['Gary IN', 'America/Chicago'],
    ['Boise ID', 'America/Boise'],
    ['San Juan PR', 'America/Puerto_Rico'],
  ])('in %s keep %s', (city, zone) => {
    const there = locations.filter((location) => `${location.city} ${location.state}` === city)
    expect(there.length).toBeGreaterThan(5)
    expect(new Set(there.map((location) => location.timeZone))).toEqual(new Set([zone]))
  })

  test('on Guam keep Pacific/Guam, beside a border the American zone', () => {
    const zonesOf = (state: string) =>
      new Set(locations.filter((location) => location.state === state).map((location) => location.timeZone))
    expect(zonesOf('GU')).toEqual(new Set(['Pacific/Guam']))
    expect(zonesOf('ME')).toEqual(new Set(['America/New_York']))
    expect(zonesOf('AS')).toEqual(new Set(['Pacific/Pago_Pago']))
  })

  test('have five-digit ZIPs, invented telephones, zones that exist, names that differ inside an organization', () => {
    const faulty = locations.filter(
      ({ postalCode, phone }) => !/^\d{5}$/.test(postalCode) || !/^\([2-9]\d\d\) 555-01\d\d$/.test(phone),
    )
    expect(faulty).toEqual([])
    for (const zone of new Set(locations.map((location) => location.timeZone))) {
      expect(() => new Intl.DateTimeFormat('en', { timeZone: zone })).not.toThrow()
    }
    const confusing = organizations.filter(
      (organization) =>
        new Set(organization.locations.map((location) => location.name)).size < organization.locations.length,
    )
    expect(confusing).toEqual([])
  })

  test('give every one of their ZIPs a place', () => {
    const known = new Set(places.map((place) => place.zip))
    expect(locations.filter((location) => !known.has(location.postalCode))).toEqual([])
    expect(places.length).toBe(known.size)
  })
})
