import type { FacilityLocation, FacilityOrganization } from './facilities.ts'
import { inventPractice, type Practice, type Register, type Visitor } from './invent.ts'
import { hash32, randomFrom } from './random.ts'

/** The tenants that the demo's accounts sign in to, by the facility's NPI: two near Boston, one on Mountain Time in Texas. */
export const showcases = { manyPlaces: '1114175916', urgentCare: '1417205105', mountainTime: '1215473707' } as const

/** Whether the organization with this key is one that the accounts sign in to. */
export const isShowcase = (key: string): boolean => Object.values<string>(showcases).includes(key)

/** A clinic of one location in El Paso that has no free time for three weeks. */
export const fullClinic = '1043852551'

const demoFacilities = 2000
const boston = { lat: 42.363, lng: -71.103, degreesNorth: 0.45, degreesEast: 0.6, facilities: 150 }
const leastAState = 8
const placesShown = 8
/** Cities whose zone is not their state's, or whose state is none: each has some facilities in the demo. */
const namedCities = [
  'El Paso TX',
  'Pensacola FL',
  'Knoxville TN',
  'Paducah KY',
  'Gary IN',
  'Boise ID',
  'San Juan PR',
  'Tamuning GU',
]

const isNearBoston = (location: FacilityLocation): boolean =>
  Math.abs(location.lat - boston.lat) < boston.degreesNorth && Math.abs(location.lng - boston.lng) < boston.degreesEast

/** By state, city and key, so that neighbours follow each other. */
const inOrder = (organizations: Iterable<FacilityOrganization>): FacilityOrganization[] =>
  [...organizations]
    .map((organization) => {
      const place = organization.locations[0]
      return { organization, order: `${place?.state} ${place?.city} ${organization.key}` }
    })
    .sort((one, other) => (one.order < other.order ? -1 : 1))
    .map(({ organization }) => organization)

const shuffled = (organizations: readonly FacilityOrganization[]): FacilityOrganization[] =>
  organizations
    .map((organization) => ({ organization, order: hash32(`demo ${organization.key}`) }))
    .sort((one, other) => one.order - other.order)
    .map(({ organization }) => organization)

/** Splits the organizations: 2,000 facilities over all states for the demo, showcases first; then the rest. */
export function splitForDemo(all: readonly FacilityOrganization[]): {
  demo: FacilityOrganization[]
  rest: FacilityOrganization[]
} {
  const leading = [showcases.manyPlaces, showcases.urgentCare, showcases.mountainTime, fullClinic].flatMap((key) =>
    all.filter((organization) => organization.key === key),
  )
  const chosen = new Set(leading)
  let count = leading.reduce((sum, organization) => sum + organization.locations.length, 0)
  const candidates = shuffled(all.filter((organization) => organization.locations.length <= placesShown))
  const byState = Map.groupBy(candidates, (organization) => organization.locations[0]?.state ?? '')

  const fill = (
    from: Iterable<FacilityOrganization>,
    wanted: number,
    fits: (location: FacilityLocation) => boolean,
  ): void => {
    let found = [...chosen].flatMap((organization) => organization.locations).filter(fits).length
    for (const organization of from) {
      if (found >= wanted) return
      const size = organization.locations.length
      if (chosen.has(organization) || count + size > demoFacilities) continue
      const fitting = organization.locations.filter(fits).length
      if (fitting === 0) continue
      chosen.add(organization)
      count += size
      found += fitting
    }
  }
  for (const city of namedCities) {
    fill(byState.get(city.slice(-2)) ?? [], placesShown, (location) => `${location.city} ${location.state}` === city)
  }
  fill(candidates, boston.facilities, isNearBoston)
  const total = candidates.reduce((sum, organization) => sum + organization.locations.length, 0)
  for (const [state, list] of byState) {
    const size = list.reduce((sum, organization) => sum + organization.locations.length, 0)
    const share = Math.floor((size / total) * demoFacilities * 0.85)
    fill(list, Math.max(leastAState, share), (location) => location.state === state)
  }
  fill(candidates, demoFacilities, () => true)
  const others = [...chosen].filter((organization) => !leading.includes(organization))
  return {
    demo: [...leading, ...inOrder(others)],
    rest: inOrder(all.filter((organization) => !chosen.has(organization))),
  }
}

const farKm = 30
const isClose = (visitor: Visitor, location: FacilityLocation): boolean =>
  visitor.state === location.state &&
  Math.hypot((visitor.lat - location.lat) * 111, (visitor.lng - location.lng) * 85) < farKm

/**
 * Invents the organizations one after the other, holding one at a time. One in five neighbours shares a practitioner
 * with the one before: two tenants, one person's time.
 */
export function* inventPractices(
  organizations: Iterable<FacilityOrganization>,
  register: Register,
): Generator<Practice> {
  let visitor: Visitor | undefined
  for (const organization of organizations) {
    const place = organization.locations[0]
    const isWelcome = organization.key === showcases.urgentCare || randomFrom(`welcome ${organization.key}`).chance(0.2)
    const comes = visitor !== undefined && place !== undefined && isWelcome && isClose(visitor, place)
    const practice = inventPractice(organization, register, comes ? visitor : undefined)
    visitor = practice.visitor
    yield practice
  }
}
