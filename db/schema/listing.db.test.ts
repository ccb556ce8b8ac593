import { expect, test } from 'vitest'
import { withPublic } from '#db/doors.ts'
import { aListing, asOwner } from '#db/testing/fixtures.ts'
import type { ListedService, ListingCard, ListingProfile } from './listing.ts'

const listed: ListedService = {
  ...{ id: '', name: '', durationMinutes: 0, modality: 'video' },
  price: { amount: 0, currency: '' },
}
/** Examples of the types, which the compiler holds to every key and to no other. */
const card: ListingCard = {
  ...{ name: '', kind: '', specialty: '', organization: '', languages: [], acceptsNewPatients: true },
  location: { name: '', address: '', city: '', state: '', postalCode: '', lat: 0, lng: 0, timeZone: '' },
  services: [listed],
}
const limits = {
  minimumAgeYears: 0,
  maximumAgeYears: 0,
  minimumNoticeMinutes: 0,
  horizonDays: 0,
  cancelUntilMinutes: 0,
}
const profile: ListingProfile = {
  ...{ phone: '', credential: null, notice: '', noticeVersion: '', isDemo: true },
  services: [{ ...listed, audience: 'both', ...limits }],
}

/** The paths of all keys, those of a list's members once, in order. */
function keyPaths(value: unknown, before = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((member) => keyPaths(member, before)))].sort()
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value)
    .flatMap(([key, inner]) => [`${before}${key}`, ...keyPaths(inner, `${before}${key}.`)])
    .sort()
}

test('a card and a profile publish exactly the keys of their types', async () => {
  const priced = { priceAmount: 12_000, priceCurrency: 'USD' }
  const { listingId, practitionerId } = await aListing({ services: [priced, { modality: 'video' }] })
  await asOwner(async (tx) => {
    await tx`update practitioner set credential = 'MD' where id = ${practitionerId}`
    await tx`select kernel.refresh_listing(array[${listingId}]::uuid[])`
  })
  const [row] = await withPublic((tx) => tx.sql`select card, profile from listing where id = ${listingId}`)
  expect(keyPaths(row?.card)).toEqual(keyPaths(card))
  expect(keyPaths(row?.profile)).toEqual(keyPaths(profile))
})
