import type { PublicTx } from '#db/doors.ts'
import type { ListingCard, ListingProfile } from '#db/schema/listing.ts'
import { AppError } from '#lib/errors.ts'

export type PublishedListing = {
  id: string
  tenantId: string
  slug: string
  timeZone: string
  card: ListingCard
  profile: ListingProfile
}

/** A published listing by its id. Throws `not_found`. */
export async function listingById(tx: PublicTx, id: string): Promise<PublishedListing> {
  const [found] = await tx.sql<PublishedListing[]>`
    select id, tenant_id as "tenantId", slug, time_zone as "timeZone", card, profile from listing where id = ${id}`
  if (!found) throw new AppError('not_found', 'listing_unknown')
  return found
}

/** A published listing by the slug of its page. Throws `not_found`. */
export async function listingBySlug(tx: PublicTx, slug: string): Promise<PublishedListing> {
  const [found] = await tx.sql<PublishedListing[]>`
    select id, tenant_id as "tenantId", slug, time_zone as "timeZone", card, profile from listing where slug = ${slug}`
  if (!found) throw new AppError('not_found', 'listing_unknown')
  return found
}

/** What tenants are called in public, by tenant; one without a published listing is not among them. Index Scan on tenant_id. */
export async function organizationNames(tx: PublicTx, tenantIds: string[]): Promise<Map<string, string>> {
  const rows = await tx.sql<{ tenantId: string; name: string }[]>`
    select t.id as "tenantId", l.name from unnest(${tenantIds}::uuid[]) as t(id)
    cross join lateral (select card ->> 'organization' as name from listing where tenant_id = t.id limit 1) l`
  return new Map(rows.map(({ tenantId, name }) => [tenantId, name]))
}
