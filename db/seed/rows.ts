import { plusDays } from '#lib/time.ts'
import { clock, holidays } from './hours.ts'
import { noticeVersion, type Practice } from './invent.ts'
import { hash32 } from './random.ts'

/** The tables that the seed fills, in an order in which every foreign key finds its row, with the columns it writes. */
export const columns = {
  specialty: 'code, name, name_es, words',
  place: 'postal_code, city, state, lat, lng',
  tenant: 'id, slug',
  person: 'id, display_name, email, is_demo',
  membership: 'tenant_id, id, person_id, role',
  resource: 'id, kind',
  resource_membership: 'tenant_id, resource_id',
  organization: 'tenant_id, id, name, kind, npi, phone, notice, notice_version, is_demo',
  location: 'tenant_id, id, name, address_line, city, state, postal_code, lat, lng, time_zone, phone',
  closure: 'tenant_id, id, location_id, from_date, until_date, reason',
  practitioner: 'tenant_id, id, resource_id, display_name, credential, languages',
  service:
    'tenant_id, id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, step_minutes, modality, audience, minimum_age_years, maximum_age_years, minimum_notice_minutes, horizon_days, cancel_until_minutes, price_amount, price_currency',
  practitioner_role: 'tenant_id, id, slug, practitioner_id, location_id, specialty, accepts_new_patients, published_at',
  listing_service: 'tenant_id, listing_id, service_id, position',
  listing_resource: 'tenant_id, listing_id, resource_id',
  availability_rule: 'tenant_id, id, listing_id, weekday, starts_at, ends_at',
  availability_override: 'tenant_id, id, listing_id, local_date, starts_at, ends_at',
  patient: 'tenant_id, id, given_name, family_name, birth_date, email, phone, created_at',
  appointment: 'tenant_id, id, listing_id, service_id, patient_id, status, starts_at, ends_at, offer, created_at',
  related_person: 'tenant_id, id, appointment_id, given_name, family_name, email, phone, relationship',
  appointment_history: 'tenant_id, id, appointment_id, from_status, to_status, starts_at, ends_at, by_scope, at',
  occupancy: 'resource_id, during, kind, tenant_id, appointment_id',
} as const

export type Table = keyof typeof columns
/** The tables that visits are written to; the others are the directory. */
export const calendarTables: readonly Table[] = [
  'patient',
  'appointment',
  'related_person',
  'appointment_history',
  'occupancy',
]
export const directoryTables = (Object.keys(columns) as Table[]).filter((table) => !calendarTables.includes(table))

export type Cell = string | number | boolean | null | readonly string[]

/** Rows waiting for COPY, as its text format. */
export type Batch = { lines: Record<Table, string[]>; rows: number }

export const emptyBatch = (): Batch => ({
  lines: Object.fromEntries(Object.keys(columns).map((table) => [table, []])) as unknown as Batch['lines'],
  rows: 0,
})

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }
const escaped = (text: string): string =>
  /[\\\t\n\r]/.test(text) ? text.replace(/[\\\t\n\r]/g, (sign) => escapes[sign] ?? sign) : text
const element = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

function cellText(cell: Cell): string {
  if (cell === null) return '\\N'
  if (typeof cell === 'string') return escaped(cell)
  if (typeof cell === 'object') return escaped(`{${cell.map(element).join(',')}}`)
  return String(cell)
}

/** Adds one row; the cells are in the order of `columns[table]`. */
export function addRow(batch: Batch, table: Table, ...cells: Cell[]): void {
  batch.lines[table].push(cells.map(cellText).join('\t'))
  batch.rows += 1
}

const closureDays = 180

/** Adds a whole organization; `today` is the local date from which its days count. */
export function addPractice(batch: Batch, practice: Practice, today: string, id: () => string): void {
  const { tenantId: tenant, organization } = practice
  addRow(batch, 'tenant', tenant, practice.tenantSlug)
  for (const resource of practice.resources) addRow(batch, 'resource', resource.id, resource.kind)
  const used = [
    ...practice.resources.map((resource) => resource.id),
    ...practice.practitioners.map((one) => one.resourceId),
  ]
  for (const resource of new Set(used)) addRow(batch, 'resource_membership', tenant, resource)
  const { name, kind, npi, phone, notice } = organization
  addRow(batch, 'organization', tenant, organization.id, name, kind, npi, phone, notice, noticeVersion, true)
  addLocations(batch, practice, today, id)
  for (const { id: practitioner, resourceId, displayName, credential, languages } of practice.practitioners) {
    addRow(batch, 'practitioner', tenant, practitioner, resourceId, displayName, credential, languages)
  }
  for (const service of practice.services) addService(batch, tenant, service)
  for (const listing of practice.listings) addListing(batch, tenant, listing, today, id)
}

function addLocations(batch: Batch, practice: Practice, today: string, id: () => string): void {
  const tenant = practice.tenantId
  for (const location of practice.locations) {
    const { name, addressLine, city, state, postalCode, lat, lng, timeZone, phone } = location
    addRow(
      batch,
      'location',
      tenant,
      location.id,
      name,
      addressLine,
      city,
      state,
      postalCode,
      lat,
      lng,
      timeZone,
      phone,
    )
    const closed = location.closesOnHolidays ? holidays(today, closureDays) : []
    for (const holiday of closed)
      addRow(batch, 'closure', tenant, id(), location.id, holiday.date, holiday.date, holiday.name)
    if (location.closure) {
      const date = plusDays(today, location.closure.day)
      addRow(batch, 'closure', tenant, id(), location.id, date, date, location.closure.reason)
    }
  }
}

function addService(batch: Batch, tenant: string, service: Practice['services'][number]): void {
  const { name, durationMinutes, bufferBeforeMinutes, bufferAfterMinutes, stepMinutes, modality, audience } = service
  const length = [durationMinutes, bufferBeforeMinutes, bufferAfterMinutes, stepMinutes]
  const { minimumAgeYears, maximumAgeYears, minimumNoticeMinutes, horizonDays, cancelUntilMinutes } = service
  const limits = [minimumAgeYears, maximumAgeYears, minimumNoticeMinutes, horizonDays, cancelUntilMinutes]
  addRow(
    batch,
    'service',
    tenant,
    service.id,
    name,
    ...length,
    modality,
    audience,
    ...limits,
    service.priceAmount,
    service.priceCurrency,
  )
}

function addListing(
  batch: Batch,
  tenant: string,
  listing: Practice['listings'][number],
  today: string,
  id: () => string,
): void {
  const { slug, practitionerId, locationId, specialty, acceptsNewPatients } = listing
  addRow(
    batch,
    'practitioner_role',
    tenant,
    listing.id,
    slug,
    practitionerId,
    locationId,
    specialty,
    acceptsNewPatients,
    `${plusDays(today, -30 - (hash32(listing.id) % 300))}T12:00Z`,
  )
  listing.serviceIds.forEach((service, position) => {
    addRow(batch, 'listing_service', tenant, listing.id, service, position)
  })
  addRow(batch, 'listing_resource', tenant, listing.id, listing.resourceId)
  for (const { weekday, startsAt, endsAt } of listing.hours) {
    addRow(batch, 'availability_rule', tenant, id(), listing.id, weekday, clock(startsAt), clock(endsAt))
  }
  const leave = Array.from({ length: listing.leave?.days ?? 0 }, (_, day) => (listing.leave?.fromDay ?? 0) + day)
  for (const day of leave)
    addRow(batch, 'availability_override', tenant, id(), listing.id, plusDays(today, day), null, null)
  const other = listing.otherHours
  if (other && !leave.includes(other.day) && listing.hours.length > 0) {
    addRow(
      batch,
      'availability_override',
      tenant,
      id(),
      listing.id,
      plusDays(today, other.day),
      clock(other.startsAt),
      clock(other.endsAt),
    )
  }
}
