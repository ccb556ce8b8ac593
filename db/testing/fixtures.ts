/**
 * Rows for tests, made the way the seed makes them: by the tables' owner outside FORCE, published by
 * `kernel.refresh_listing`. A test makes its own tenant and leaves it behind; nothing is cleaned.
 *
 *   const clinic = await aListing()                                   // own tenant, open daily 09:00–17:00
 *   clinic.times                                                      // whole days, from `clinic.day` on
 *   await withGuest(visitor(clinic), (tx) => hold(tx, …))             // someone new without an account
 *   await withStaff(clinic.staff.scheduler, (tx) => …)
 *   const second = await aListing({ tenant: clinic, resources: clinic.resourceIds })   // the same practitioner elsewhere
 *
 * Making one takes every table for a moment: not while another transaction of the same test is open.
 */
import { randomBytes } from 'node:crypto'
import type postgres from 'postgres'
import { type GuestActor, guestActor, type StaffActor } from '#db/actor.ts'
import type { Capability } from '#db/capability.ts'
import { withoutForce } from '#db/force.ts'
import { connect } from '#db/pool.ts'
import { type StaffRole, staffRoles } from '#db/schema/policy.ts'
import { type Allowance, env } from '#lib/env.ts'
import { newId } from '#lib/ids.ts'

export type Hours = { weekday: number; startsAt: string; endsAt: string }
/** Hours instead of the weekly ones; without both the local date is closed. */
export type Override = { localDate: string; startsAt?: string; endsAt?: string }
/** Whole local dates, both ends included. */
export type Closure = { fromDate: string; untilDate: string }

/** What a service is unless said otherwise: thirty minutes, no buffers, every quarter of an hour, no notice, 90 days. */
export const plainService = {
  name: 'New patient visit',
  durationMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  stepMinutes: 15,
  modality: 'in-person',
  audience: 'both',
  minimumAgeYears: 0,
  maximumAgeYears: 150,
  minimumNoticeMinutes: 0,
  horizonDays: 90,
  cancelUntilMinutes: 1440,
  priceAmount: null as number | null,
  priceCurrency: null as string | null,
}
export type ServiceOptions = Partial<typeof plainService>

/** A tenant with an organization and one person in each staff role, signed in. */
export type TenantFixture = { tenantId: string; tenantSlug: string; staff: Record<StaffRole, StaffActor> }

/** A listing with everything under it. */
export type ListingFixture = TenantFixture & {
  listingId: string
  slug: string
  locationId: string
  practitionerId: string
  /** What a visit takes, sorted; the first given or made is the practitioner's time. */
  resourceIds: string[]
  /** The first service, and all of them in the order shown. */
  serviceId: string
  serviceIds: string[]
  zone: string
  /** The local date from whose midnight `times` are listed. */
  day: string
  /** The first hundred times of the first service from `day` on, earliest first: the same wall times at any hour. */
  times: Date[]
  /** The first of `times`; throws when there is none. */
  readonly at: Date
}

export type ListingOptions = {
  /** Whose it is; a new tenant's unless given. */
  tenant?: TenantFixture
  zone?: string
  /** The local date (YYYY-MM-DD) that `times` begin with. Unless given, the third after today, which is more than 47 hours ahead. */
  day?: string
  rules?: Hours[]
  overrides?: Override[]
  closures?: Closure[]
  service?: ServiceOptions
  /** Several services, in the order shown, instead of `service`. */
  services?: ServiceOptions[]
  /** Ids of resources a visit takes: those that do not exist yet are made. One new practitioner's time unless given. */
  resources?: string[]
  /** Given, the listing stands at that location of the tenant. */
  locationId?: string
  isPublished?: boolean
  acceptsNewPatients?: boolean
  specialty?: string
  name?: string
}

export const everyDay = (startsAt: string, endsAt: string): Hours[] =>
  [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startsAt, endsAt }))

let owner: { url: string; sql: postgres.Sql } | undefined

/** Runs `work` as the tables' owner in one transaction outside FORCE: the rows that no verb writes. */
export async function asOwner<T>(work: (tx: postgres.TransactionSql) => Promise<T>): Promise<T> {
  const url = env().DATABASE_OWNER_URL
  if (owner?.url !== url) owner = { url, sql: connect(url, 1) }
  const result = await owner.sql.begin(async (tx) => ({ value: await withoutForce(tx, () => work(tx)) }))
  return result.value as T
}

/** A new tenant: its organization, and a person with a membership and a session for each staff role. */
export const aTenant = (): Promise<TenantFixture> => asOwner(insertTenant)

/** A new published listing, of a new tenant unless one is given. See `ListingOptions`. */
export const aListing = (options: ListingOptions = {}): Promise<ListingFixture> =>
  asOwner(async (tx) => insertListing(tx, options.tenant ?? (await insertTenant(tx)), options))

/** Someone without an account who is about to hold a time in the tenant: a new hold's id, good for an hour. */
export const visitor = ({ tenantId }: { tenantId: string }): GuestActor =>
  guestOf({ tenantId, id: newId(), kind: 'hold' })

/** Someone who calls from an address of their own and may do as much as they like, as `hold` and `confirm` take it. */
export const anyone = () => ({
  hashes: [newId()] as [string],
  allowed: {
    ...{ callsPerMinute: 1e9, pagesPerMinute: 1e9, formsPerMinute: 1e9 },
    ...{ holds: 1e9, holdsPerListingDay: 1e9, birthDatesPerHour: 1e9 },
    ...{ bookings: 1e9, bookingsPerListingDay: 1e9 },
  } satisfies Allowance,
})

/**
 * As if a booked visit began and ended so many seconds from now: its time goes with it, without gaps. `sql` must see every row.
 */
export const shiftVisit = (sql: postgres.ISql, id: string, beginsIn: number, endsIn: number) => sql`
  with shifted as (
    update appointment set starts_at = now() + make_interval(secs => ${beginsIn}), ends_at = now() + make_interval(secs => ${endsIn})
    where id = ${id} returning id, starts_at, ends_at
  )
  update occupancy o set during = tstzrange(s.starts_at, s.ends_at) from shifted s where o.appointment_id = s.id and o.kind = 'booked'`

/** The guest whose capability names this row. */
export function guestOf(row: {
  tenantId: string
  id: string
  kind?: Capability['kind']
  version?: number
}): GuestActor {
  const { tenantId, id, kind = 'appointment', version = 1 } = row
  return guestActor({ kind, tenantId, id, version, expiresAt: new Date(Date.now() + 3_600_000) }, newId())
}

async function insertTenant(tx: postgres.TransactionSql): Promise<TenantFixture> {
  const tenantId = newId()
  const tenantSlug = `clinic-${tenantId}`
  const people = staffRoles.map((role) => ({ role, personId: newId(), sessionId: newId() }))
  await tx`insert into tenant ${tx({ id: tenantId, slug: tenantSlug })}`
  await tx`insert into organization ${tx({
    tenant_id: tenantId,
    id: newId(),
    name: `Clinic ${tenantId.slice(-6)}`,
    kind: 'primary-care',
    phone: '(555) 555-0100',
    notice: 'Please arrive ten minutes early.',
    notice_version: '1',
  })}`
  await tx`insert into person ${tx(people.map(({ personId, role }) => ({ id: personId, display_name: `Test ${role}` })))}`
  await tx`insert into session ${tx(
    people.map(({ personId, sessionId }) => ({
      id: sessionId,
      secret_hash: randomBytes(32),
      person_id: personId,
      expires_at: new Date(Date.now() + 86_400_000),
    })),
  )}`
  await tx`insert into membership ${tx(
    people.map(({ personId, role }) => ({ tenant_id: tenantId, id: newId(), person_id: personId, role })),
  )}`
  const actors = people.map(({ role, personId, sessionId }) => [
    role,
    { kind: 'staff', tenantId, personId, role, sessionId, requestId: newId() } satisfies StaffActor,
  ])
  return { tenantId, tenantSlug, staff: Object.fromEntries(actors) as Record<StaffRole, StaffActor> }
}

async function insertListing(
  tx: postgres.TransactionSql,
  tenant: TenantFixture,
  options: ListingOptions,
): Promise<ListingFixture> {
  const { tenantId, tenantSlug, staff } = tenant
  const listingId = newId()
  const resourceIds = [...(options.resources ?? [newId()])]
  const practitionerId = newId()
  const name = options.name ?? `Dr. Test ${listingId.slice(-6)}`
  await tx`insert into resource ${tx(resourceIds.map((id) => ({ id, kind: 'practitioner' })))} on conflict do nothing`
  await tx`insert into resource_membership ${tx(resourceIds.map((resource_id) => ({ tenant_id: tenantId, resource_id })))} on conflict do nothing`
  const locationId = options.locationId ?? (await insertLocation(tx, tenantId, options.zone ?? 'America/New_York'))
  await tx`insert into practitioner ${tx({
    tenant_id: tenantId,
    id: practitionerId,
    resource_id: resourceIds[0] ?? '',
    display_name: name,
    languages: ['English'],
  })}`
  const slug = `listing-${listingId}`
  await tx`insert into practitioner_role ${tx({
    tenant_id: tenantId,
    id: listingId,
    slug,
    practitioner_id: practitionerId,
    location_id: locationId,
    specialty: options.specialty ?? 'family-medicine',
    accepts_new_patients: options.acceptsNewPatients ?? true,
    published_at: options.isPublished === false ? null : new Date(),
  })}`
  await tx`insert into listing_resource ${tx(
    resourceIds.map((resource_id) => ({ tenant_id: tenantId, listing_id: listingId, resource_id })),
  )}`
  const serviceIds = await insertServices(tx, tenantId, listingId, options.services ?? [options.service ?? {}])
  await insertHours(tx, { tenantId, listingId, locationId }, options)
  await tx`select kernel.refresh_listing(array[${listingId}]::uuid[])`
  const [{ zone, day } = { zone: '', day: '' }] = await tx<{ zone: string; day: string }[]>`
    select time_zone as zone, coalesce(${options.day ?? null}::date, (now() at time zone time_zone)::date + 3)::text as day
    from location where tenant_id = ${tenantId} and id = ${locationId}`
  const found = await tx<{ starts_at: Date }[]>`
    select starts_at from kernel.free_times(
      array[${listingId}]::uuid[], null, ${day}::date::timestamp at time zone ${zone}, now() + interval '400 days', 100)`
  const times = found.map((row) => row.starts_at)
  return {
    tenantId,
    tenantSlug,
    staff,
    slug,
    listingId,
    locationId,
    practitionerId,
    resourceIds: resourceIds.toSorted(),
    serviceId: serviceIds[0] ?? '',
    serviceIds,
    zone,
    day,
    times,
    get at() {
      const [first] = times
      if (!first) throw new Error('This listing offers no time.')
      return first
    },
  }
}

async function insertLocation(tx: postgres.TransactionSql, tenantId: string, zone: string): Promise<string> {
  const id = newId()
  await tx`insert into location ${tx({
    tenant_id: tenantId,
    id,
    name: 'Main Street',
    address_line: '1 Main Street',
    city: 'Springfield',
    state: 'NY',
    postal_code: '10001',
    lat: 40.75,
    lng: -73.99,
    time_zone: zone,
    phone: '(555) 555-0101',
  })}`
  return id
}

async function insertServices(
  tx: postgres.TransactionSql,
  tenantId: string,
  listingId: string,
  services: ServiceOptions[],
): Promise<string[]> {
  const ids = services.map(() => newId())
  for (const [position, id] of ids.entries()) {
    await tx`insert into service ${tx({ tenant_id: tenantId, id, ...columns({ ...plainService, ...services[position] }) })}`
    await tx`insert into listing_service ${tx({ tenant_id: tenantId, listing_id: listingId, service_id: id, position })}`
  }
  return ids
}

type Ids = { tenantId: string; listingId: string; locationId: string }

/** Adds hours, overrides and closures to a listing. For tests; without a refresh the hints stay what they were. */
async function insertHours(
  tx: postgres.TransactionSql,
  ids: Ids,
  hours: Pick<ListingOptions, 'rules' | 'overrides' | 'closures'>,
) {
  const { rules = everyDay('09:00', '17:00'), overrides = [], closures = [] } = hours
  const row = (extra: Record<string, string | number | undefined | null>) => ({
    tenant_id: ids.tenantId,
    id: newId(),
    ...extra,
  })
  const of = (value: Hours | Override) =>
    row({ listing_id: ids.listingId, ...columns({ startsAt: null, endsAt: null, ...value }) })
  if (rules.length > 0) await tx`insert into availability_rule ${tx(rules.map(of))}`
  if (overrides.length > 0) await tx`insert into availability_override ${tx(overrides.map(of))}`
  if (closures.length > 0) {
    await tx`insert into closure ${tx(
      closures.map((closure) => row({ location_id: ids.locationId, reason: 'Closed', ...columns(closure) })),
    )}`
  }
}

/** The same values under the columns' names. */
const columns = <V>(values: Record<string, V>): Record<string, V> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  )
