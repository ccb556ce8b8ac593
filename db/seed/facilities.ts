import { addressLine, cityName, organizationName } from './casing.ts'
import { hash32 } from './random.ts'
import type { Centroid, FacilityKind, FacilityRow } from './source.ts'
import { zoneAt } from './zone.ts'

/** A place of care, in the zone of its coordinate. `key` is the same in every run. */
export type FacilityLocation = {
  key: string
  kind: FacilityKind
  name: string
  addressLine: string
  city: string
  state: string
  postalCode: string
  lat: number
  lng: number
  timeZone: string
  /** "(617) 555-0142": the true area code, the rest invented. */
  phone: string
}

/** What becomes a tenant: rows with one NPI, or with one name in one state. At least one location. */
export type FacilityOrganization = {
  key: string
  npi: string
  name: string
  kind: FacilityKind
  locations: FacilityLocation[]
}

/** Every row is counted once: `kept` with its own coordinate, `mended` with its ZIP's centroid, or `rejected`. */
export type FacilityCounts = {
  rows: number
  kept: number
  mended: number
  rejected: number
  locations: number
  organizations: number
}

export type Facilities = { organizations: FacilityOrganization[]; counts: FacilityCounts; places: Centroid[] }

type Point = { lat: number; lng: number }
type PlacedRow = FacilityRow & Point & { zip5: string; trueState: string }

const reachKm = 50
const earthKm = 6371

/** Where the ZIP table has no row at all. A coordinate outside is no coordinate of the territory: south, north, west, east. */
const territories: Record<string, readonly [number, number, number, number]> = {
  PR: [17.8, 18.6, -68, -65.2],
  VI: [17.6, 18.5, -65.2, -64.5],
  GU: [13.2, 13.7, 144.6, 145],
  MP: [14, 20.6, 144.8, 146.2],
  AS: [-14.6, -11, -171.2, -168.1],
}

const kilometresBetween = (one: Point, other: Point): number => {
  const radians = Math.PI / 180
  const across = Math.sin(((other.lng - one.lng) * radians) / 2) ** 2
  const along = Math.sin(((other.lat - one.lat) * radians) / 2) ** 2
  const chord = along + Math.cos(one.lat * radians) * Math.cos(other.lat * radians) * across
  return 2 * earthKm * Math.asin(Math.min(1, Math.sqrt(chord)))
}

type Geography = { centroidOf: Map<string, Centroid>; near: Map<string, Centroid[]> }

const geographyOf = (centroids: readonly Centroid[]): Geography => ({
  centroidOf: new Map(centroids.map((centroid) => [centroid.zip, centroid])),
  near: Map.groupBy(centroids, (centroid) => centroid.zip.slice(0, 3)),
})

const coordinateOf = (row: FacilityRow): Point | undefined =>
  row.lat !== null &&
  row.lng !== null &&
  Math.abs(row.lat) <= 90 &&
  Math.abs(row.lng) <= 180 &&
  (row.lat !== 0 || row.lng !== 0)
    ? { lat: row.lat, lng: row.lng }
    : undefined

/**
 * Whether a coordinate can be true although its ZIP has no centroid: inside the territory, or within 50 km of a ZIP of
 * the same sectional centre (first three digits).
 */
function isPlausible(point: Point, row: FacilityRow, zip: string, geography: Geography): boolean {
  const box = territories[row.state]
  if (box) return point.lat >= box[0] && point.lat <= box[1] && point.lng >= box[2] && point.lng <= box[3]
  return (geography.near.get(zip.slice(0, 3)) ?? []).some((centroid) => kilometresBetween(point, centroid) <= reachKm)
}

/** The row's point and whether it had to be mended; undefined when there is none to trust. */
function placed(row: FacilityRow, geography: Geography): (Point & { mended: boolean }) | undefined {
  const zip = row.zip.slice(0, 5)
  const point = coordinateOf(row)
  const centroid = geography.centroidOf.get(zip)
  if (!centroid) return point && isPlausible(point, row, zip, geography) ? { ...point, mended: false } : undefined
  if (point && kilometresBetween(point, centroid) <= reachKm) return { ...point, mended: false }
  return { lat: centroid.lat, lng: centroid.lng, mended: true }
}

/** The state of the address: the ZIP's where ZIP and city agree and the row says another ("BILLINGS TX 59101"). */
function stateOf(row: FacilityRow, { centroidOf }: Geography): string {
  const centroid = centroidOf.get(row.zip.slice(0, 5))
  return centroid && centroid.state !== row.state && centroid.city === cityName(row.city) ? centroid.state : row.state
}

/** A name without case, punctuation and spelling of its legal form: "A.B. Clinic, Incorporated" equals "AB CLINIC INC". */
const plainName = (name: string): string =>
  name
    .toUpperCase()
    .replace(/[.'’]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/\bINCORPORATED\b/g, 'INC')
    .replace(/\bCORPORATION\b/g, 'CORP')
    .replace(/\bCOMPANY\b/g, 'CO')
    .trim()

/** Rows that share a label, directly or through others, in one group; groups in the order of their first row. */
function groupsOf<T>(rows: readonly T[], labelsOf: (row: T) => readonly string[]): T[][] {
  const parents = new Map<string, string>()
  const root = (label: string): string => {
    const above = parents.get(label)
    if (above === undefined) return label
    const top = root(above)
    parents.set(label, top)
    return top
  }
  for (const row of rows) {
    const [first = '', ...others] = labelsOf(row)
    for (const other of others) {
      const [one, two] = [root(first), root(other)]
      if (one !== two) parents.set(two, one)
    }
  }
  return [...Map.groupBy(rows, (row) => root(labelsOf(row)[0] ?? '')).values()]
}

/** The value that occurs most often, the first of equals. */
function commonest(values: readonly string[]): string {
  const uses = new Map<string, number>()
  for (const value of values) uses.set(value, (uses.get(value) ?? 0) + 1)
  return [...uses].reduce((best, next) => (next[1] > best[1] ? next : best), ['', 0] as [string, number])[0]
}

const addressKey = (row: PlacedRow): string => `${plainName(row.address)} ${row.zip5}`

const phoneOf = (areaCode: string, key: string): string =>
  `(${areaCode}) 555-01${String(hash32(`phone ${key}`) % 100).padStart(2, '0')}`

function locationOf(rows: readonly PlacedRow[], areaCodeOfState: Map<string, string>): FacilityLocation {
  const row = rows[0] as PlacedRow
  const key = `${row.npi} ${addressKey(row)}`
  const areaCode = rows.find((candidate) => candidate.areaCode)?.areaCode ?? areaCodeOfState.get(row.state) ?? '202'
  return {
    key,
    kind: row.kind,
    name: organizationName(row.name),
    addressLine: addressLine(row.address) || 'No street address given',
    city: cityName(row.city),
    state: row.trueState,
    postalCode: row.zip5,
    lat: row.lat,
    lng: row.lng,
    timeZone: zoneAt(row.lat, row.lng),
    phone: phoneOf(areaCode, key),
  }
}

/** A name without the legal form at its end: "River Clinic, LLC" is "River Clinic". */
export const withoutLegalForm = (name: string): string =>
  name.replace(/,? (Inc|Inc\.|LLC|L\.L\.C\.?|PLLC|PC|P\.C\.?|PA|P\.A\.?|Corp|Corp\.|Ltd|Ltd\.|LLP|PSC|PLC)$/, '')

/** Tells the locations of one organization apart: by city where names repeat, then by street, then by suite. */
function withOwnNames(locations: FacilityLocation[]): FacilityLocation[] {
  const street = (location: FacilityLocation): string => location.addressLine.replace(/,? (Ste|Suite|Unit|#).*$/, '')
  const labels: ((location: FacilityLocation, plain: string) => string)[] = [
    (location, plain) => `${plain}, ${location.city}`,
    (location, plain) => `${plain}, ${street(location)}, ${location.city}`,
    (location, plain) => `${plain}, ${location.addressLine}, ${location.city}`,
    (location, plain) => `${plain}, ${location.addressLine}, ${location.city} ${location.postalCode}`,
  ]
  return labels.reduce((list, label) => {
    const uses = Map.groupBy(list, (location) => location.name)
    return list.map((location, index) => {
      const plain = withoutLegalForm(locations[index]?.name ?? location.name)
      return (uses.get(location.name)?.length ?? 0) > 1 ? { ...location, name: label(location, plain) } : location
    })
  }, locations)
}

function organizationOf(rows: readonly PlacedRow[], areaCodeOfState: Map<string, string>): FacilityOrganization {
  const name = commonest(rows.map((row) => row.name))
  const npi = rows.map((row) => row.npi).reduce((least, next) => (next < least ? next : least))
  const locations = groupsOf(rows, (row) => [addressKey(row)]).map((group) => locationOf(group, areaCodeOfState))
  const urgent = locations.filter((location) => location.kind === 'urgent-care').length
  return {
    key: npi,
    npi,
    name: organizationName(name),
    kind: urgent * 2 > locations.length ? 'urgent-care' : 'primary-care',
    locations: withOwnNames(locations),
  }
}

/**
 * Makes organizations with locations of the source's rows. The zone comes from the coordinate, never from the state; a
 * coordinate more than 50 km from its ZIP's centroid is replaced by the centroid; a row without either is rejected.
 * Rows of one NPI are one organization, and so are rows of one name in one state; inside one, a street address is one
 * location. `places` are the centroids, and the ZIPs that only facilities know (Puerto Rico, Guam), from their coordinates.
 */
export function facilitiesFrom(rows: readonly FacilityRow[], centroids: readonly Centroid[]): Facilities {
  const geography = geographyOf(centroids)
  const good: PlacedRow[] = []
  let mended = 0
  for (const row of rows) {
    const point = placed(row, geography)
    if (!point) continue
    if (point.mended) mended += 1
    good.push({ ...row, lat: point.lat, lng: point.lng, zip5: row.zip.slice(0, 5), trueState: stateOf(row, geography) })
  }
  const byState = Map.groupBy(good, (row) => row.state)
  const areaCodeOfState = new Map(
    [...byState].map(([state, list]) => [state, commonest(list.map((row) => row.areaCode).filter(Boolean))]),
  )
  const organizations = groupsOf(good, (row) => [row.npi, `${row.state} ${plainName(row.name)}`]).map((group) =>
    organizationOf(group, areaCodeOfState),
  )
  return {
    organizations,
    places: [...centroids, ...placesFrom(good, geography)],
    counts: {
      rows: rows.length,
      kept: good.length - mended,
      mended,
      rejected: rows.length - good.length,
      locations: organizations.reduce((sum, organization) => sum + organization.locations.length, 0),
      organizations: organizations.length,
    },
  }
}

const middle = (values: number[]): number =>
  values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0

function placesFrom(rows: readonly PlacedRow[], { centroidOf }: Geography): Centroid[] {
  const unknown = Map.groupBy(
    rows.filter((row) => /^\d{5}$/.test(row.zip5) && !centroidOf.has(row.zip5)),
    (row) => row.zip5,
  )
  return [...unknown].map(([zip, list]) => ({
    zip,
    city: cityName(commonest(list.map((row) => row.city))),
    state: commonest(list.map((row) => row.state)),
    lat: middle(list.map((row) => row.lat)),
    lng: middle(list.map((row) => row.lng)),
  }))
}
