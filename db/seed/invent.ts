import type { SpecialtyCode } from '#db/specialties.ts'
import { type FacilityLocation, type FacilityOrganization, withoutLegalForm } from './facilities.ts'
import { type OpeningHabits, openingHabits, practitionerHours, roomHours, type Shift, splitWeek } from './hours.ts'
import { inventSpeaker } from './names.ts'
import { hash32, type Random, randomFrom } from './random.ts'
import {
  type ClinicHabits,
  habitsOf,
  offeredTemplates,
  type Service,
  type ServiceTemplate,
  serviceOf,
} from './services.ts'

/** What lasts through one seed: ids counted in order, slugs never given twice. */
export type Register = { id(): string; slug(wanted: string): string }

export type Practitioner = {
  id: string
  resourceId: string
  displayName: string
  credential: string
  languages: string[]
}

/** One practitioner at one location, or, without one, the location's walk-in room. */
export type Listing = {
  id: string
  slug: string
  locationId: string
  practitionerId: string | null
  resourceId: string
  specialty: SpecialtyCode
  acceptsNewPatients: boolean
  serviceIds: string[]
  hours: Shift[]
  /** Days from the day of the seed on which there are no hours, or other ones. */
  leave: { fromDay: number; days: number } | null
  otherHours: { day: number; startsAt: number; endsAt: number } | null
}

export type Location = FacilityLocation & {
  id: string
  closesOnHolidays: boolean
  closure: { day: number; reason: string } | null
}

/** Someone who also works for another tenant: the same resource, so the same time. */
export type Visitor = Omit<Practitioner, 'id'> & {
  specialty: SpecialtyCode
  homeHours: Shift[]
  lat: number
  lng: number
  state: string
}

/** A whole organization as the seed writes it. Dates are days from the day of the seed. */
export type Practice = {
  key: string
  tenantId: string
  tenantSlug: string
  organization: {
    id: string
    name: string
    kind: FacilityOrganization['kind']
    npi: string
    phone: string
    notice: string
  }
  /** Each time that can clash, first met here; a visitor's is another practice's. */
  resources: { id: string; kind: 'practitioner' | 'room' }[]
  locations: Location[]
  practitioners: Practitioner[]
  services: Service[]
  listings: Listing[]
  visitor: Visitor | undefined
}

const noticeVersion = '2026-01'

export { noticeVersion }

const notices = [
  'Please come ten minutes early and bring a photo ID, your insurance card and a list of your medicines.',
  'Please bring a photo ID and your insurance card. Tell us at the desk if you need an interpreter or a ramp.',
  'Bring your insurance card if you have one. If you have none, ask us about the sliding fee scale.',
  'Please wear a mask if you have a cough or fever. Parking is free for patients; the bus stops in front of the door.',
]

const credentials: Record<SpecialtyCode, readonly (readonly [string, number])[]> = {
  'family-medicine': [
    ['MD', 60],
    ['DO', 25],
    ['PA-C', 15],
  ],
  'internal-medicine': [
    ['MD', 75],
    ['DO', 25],
  ],
  pediatrics: [
    ['MD', 75],
    ['DO', 15],
    ['CPNP', 10],
  ],
  'urgent-care': [
    ['MD', 35],
    ['DO', 15],
    ['PA-C', 30],
    ['FNP-C', 20],
  ],
  'womens-health': [
    ['MD', 50],
    ['WHNP', 25],
    ['CNM', 25],
  ],
  geriatrics: [
    ['MD', 75],
    ['DO', 15],
    ['AGNP', 10],
  ],
  'mental-health': [
    ['LCSW', 35],
    ['PsyD', 25],
    ['PMHNP', 20],
    ['LPC', 20],
  ],
  nutrition: [['RDN', 100]],
  'physical-therapy': [['DPT', 100]],
  dermatology: [
    ['MD', 75],
    ['PA-C', 25],
  ],
  'sports-medicine': [
    ['MD', 60],
    ['DO', 40],
  ],
  'nurse-primary-care': [
    ['FNP-C', 70],
    ['DNP', 30],
  ],
  'occupational-health': [
    ['MD', 55],
    ['PA-C', 45],
  ],
}

const mix: Record<FacilityOrganization['kind'], readonly (readonly [SpecialtyCode, number])[]> = {
  'primary-care': [
    ['family-medicine', 33],
    ['internal-medicine', 18],
    ['nurse-primary-care', 14],
    ['pediatrics', 10],
    ['womens-health', 6],
    ['mental-health', 6],
    ['geriatrics', 4],
    ['nutrition', 3],
    ['physical-therapy', 3],
    ['dermatology', 1],
    ['sports-medicine', 1],
    ['occupational-health', 1],
  ],
  'urgent-care': [
    ['urgent-care', 78],
    ['occupational-health', 8],
    ['sports-medicine', 6],
    ['pediatrics', 5],
    ['family-medicine', 3],
  ],
}

/** What the facility's own name says it does, weighed as much as everything else together. */
const hints: readonly (readonly [RegExp, SpecialtyCode])[] = [
  [/pediatric|child|kids/i, 'pediatrics'],
  [/internal medicine|internist/i, 'internal-medicine'],
  [/family/i, 'family-medicine'],
  [/wom[ae]n|ob.?gyn|obstetric/i, 'womens-health'],
  [/geriatric|senior|elder/i, 'geriatrics'],
  [/nurse/i, 'nurse-primary-care'],
  [/urgent|walk.?in|immediate/i, 'urgent-care'],
  [/sport|orthop/i, 'sports-medicine'],
  [/behavioral|mental|counsel|psych/i, 'mental-health'],
  [/occupational/i, 'occupational-health'],
  [/skin|dermat/i, 'dermatology'],
]

function specialtyAt(random: Random, location: FacilityLocation): SpecialtyCode {
  const base = mix[location.kind]
  const hinted = hints.filter(([words]) => words.test(location.name)).map(([, code]) => [code, 100] as const)
  return random.weighted([...base, ...hinted])
}

/** Lower-case words joined by "-", without accents. */
export const slugOf = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f'’.]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

/** Counts ids with `id`, and gives "-2", "-3"… to slugs that were wanted before. */
export function registerWith(id: () => string): Register {
  const uses = new Map<string, number>()
  const slug = (wanted: string): string => {
    const base = wanted.slice(0, 90).replace(/-$/, '')
    const count = (uses.get(base) ?? 0) + 1
    uses.set(base, count)
    return count === 1 ? base : slug(`${base}-${count}`)
  }
  return { id, slug }
}

/** The services of a tenant, each made when a listing first offers it. */
function serviceBook(
  register: Register,
  habits: ClinicHabits,
): { services: Service[]; of(template: ServiceTemplate): string } {
  const services: Service[] = []
  const made = new Map<ServiceTemplate, string>()
  return {
    services,
    of(template) {
      const known = made.get(template)
      if (known) return known
      const service = serviceOf(register.id(), template, habits)
      services.push(service)
      made.set(template, service.id)
      return service.id
    },
  }
}

type Making = { practice: Practice; register: Register; offer: (template: ServiceTemplate) => string }

function addListing(
  { practice, register, offer }: Making,
  random: Random,
  location: Location,
  who: { practitionerId: string | null; resourceId: string; name: string; specialty: SpecialtyCode },
  hours: Shift[],
): Listing {
  const acceptsNewPatients = who.practitionerId === null || random.chance(0.86)
  const listing: Listing = {
    id: register.id(),
    slug: register.slug(slugOf(`${who.name} ${who.specialty} ${location.city} ${location.state}`)),
    locationId: location.id,
    practitionerId: who.practitionerId,
    resourceId: who.resourceId,
    specialty: who.specialty,
    acceptsNewPatients,
    serviceIds: offeredTemplates(random, who.specialty, acceptsNewPatients).map(offer),
    hours: random.chance(0.01) ? [] : hours,
    leave: random.chance(0.07) ? { fromDay: random.whole(-3, 30), days: random.whole(3, 14) } : null,
    otherHours: random.chance(0.06)
      ? { day: random.whole(1, 40), startsAt: 10 * 60, endsAt: random.pick([12, 13, 14]) * 60 }
      : null,
  }
  practice.listings.push(listing)
  return listing
}

/** How many practitioners a facility has: four, give or take. */
const staffing: readonly (readonly [number, number])[] = [
  [2, 15],
  [3, 20],
  [4, 30],
  [5, 20],
  [6, 15],
]

function staffLocation(making: Making, location: Location, next: Location | undefined): void {
  const { practice, register } = making
  const random = randomFrom(`location ${location.key}`)
  const habits = openingHabits(random, location.kind)
  const count = random.weighted(staffing)
  for (let index = 0; index < count; index += 1) {
    const own = randomFrom(`practitioner ${location.key} ${index}`)
    const specialty = specialtyAt(own, location)
    const person: Practitioner = {
      id: register.id(),
      resourceId: register.id(),
      credential: own.weighted(credentials[specialty]),
      ...inventSpeaker(own, location.state),
    }
    practice.resources.push({ id: person.resourceId, kind: 'practitioner' })
    practice.practitioners.push(person)
    const who = { practitionerId: person.id, resourceId: person.resourceId, name: person.displayName, specialty }
    const hours = practitionerHours(own, habits)
    const isShared = next !== undefined && next.state === location.state && own.chance(0.1)
    const [here, there] = isShared ? splitWeek(hours) : [hours, []]
    const listing = addListing(making, own, location, who, here)
    if (next && there.length > 0) addListing(making, own, next, who, there)
    if (index === 0)
      practice.visitor = {
        ...person,
        specialty,
        homeHours: listing.hours,
        lat: location.lat,
        lng: location.lng,
        state: location.state,
      }
  }
  if (location.kind === 'urgent-care') addRoom(making, random, location, habits)
}

/** Urgent care can also be booked without choosing who: the room is what clashes. */
function addRoom(making: Making, random: Random, location: Location, habits: OpeningHabits): void {
  const resourceId = making.register.id()
  making.practice.resources.push({ id: resourceId, kind: 'room' })
  const who = { practitionerId: null, resourceId, name: location.name, specialty: 'urgent-care' as const }
  addListing(making, random, location, who, roomHours(habits))
}

/** The visitor's hours here: up to two days not worked at home, and one of home's days too, on which either place can have the time. */
function visitingHours(random: Random, visitor: Visitor, habits: OpeningHabits): Shift[] {
  const atHome = new Set(visitor.homeHours.map((shift) => shift.weekday))
  const week = [1, 2, 3, 4, 5].flatMap((weekday) => roomHours(habits).filter((shift) => shift.weekday === weekday))
  const free = random.some(
    week.filter((shift) => !atHome.has(shift.weekday)),
    2,
  )
  const both = week.filter((shift) => atHome.has(shift.weekday)).slice(0, 1)
  return [...free, ...both].sort((one, other) => one.weekday - other.weekday)
}

function receive(making: Making, visitor: Visitor, location: Location): void {
  const random = randomFrom(`visitor ${visitor.resourceId} ${location.key}`)
  const { displayName, credential, languages, resourceId } = visitor
  const person: Practitioner = { id: making.register.id(), resourceId, displayName, credential, languages }
  making.practice.practitioners.push(person)
  const hours = visitingHours(random, visitor, openingHabits(randomFrom(`location ${location.key}`), location.kind))
  const who = { practitionerId: person.id, resourceId, name: displayName, specialty: visitor.specialty }
  addListing(making, random, location, who, hours)
}

function locationWith(register: Register, location: FacilityLocation): Location {
  const random = randomFrom(`closures ${location.key}`)
  return {
    ...location,
    id: register.id(),
    closesOnHolidays: random.chance(location.kind === 'urgent-care' ? 0.4 : 0.95),
    closure: random.chance(0.08)
      ? { day: random.whole(1, 28), reason: random.pick(['Staff training', 'Building maintenance', 'Inventory day']) }
      : null,
  }
}

/**
 * Invents everything that the source does not tell of an organization: who works there, what they offer and when.
 * Depends on nothing but the organization, the register's counters and the visitor, so every run invents the same.
 */
export function inventPractice(organization: FacilityOrganization, register: Register, visitor?: Visitor): Practice {
  const random = randomFrom(`organization ${organization.key}`)
  const first = organization.locations[0] as FacilityLocation
  const tenantId = register.id()
  const practice: Practice = {
    key: organization.key,
    tenantId,
    tenantSlug: register.slug(slugOf(`${withoutLegalForm(organization.name)} ${first.state}`)),
    organization: {
      id: register.id(),
      name: organization.name,
      kind: organization.kind,
      npi: organization.npi,
      phone: first.phone,
      notice: random.pick(notices),
    },
    resources: [],
    locations: organization.locations.map((location) => locationWith(register, location)),
    practitioners: [],
    services: [],
    listings: [],
    visitor: undefined,
  }
  const book = serviceBook(register, habitsOf(random, organization.kind === 'urgent-care'))
  const making: Making = { practice, register, offer: book.of }
  practice.locations.forEach((location, index) => {
    staffLocation(making, location, practice.locations[index + 1])
  })
  const host = practice.locations[hash32(organization.key) % practice.locations.length]
  if (visitor && host) receive(making, visitor, host)
  practice.services = book.services
  return practice
}
