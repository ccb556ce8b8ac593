import { withPublic } from '#db/doors.ts'
import { freeTimes } from '#domain/availability/read.ts'

export type Slot = { listingId: string; tenantId: string; serviceId: string; startsAt: Date }

const dayMs = 86_400_000
const batch = 100

/** `count` free times that do not overlap, of listings that share nothing, from `skipDays` days on. Fewer when there are fewer. */
export async function freeSlots(count: number, skipDays: number): Promise<Slot[]> {
  const slots: Slot[] = []
  const from = new Date(Date.now() + skipDays * dayMs)
  const to = new Date(from.getTime() + 14 * dayMs)
  for (let offset = 0; slots.length < count; offset += batch) {
    const found = await withPublic(async (tx) => {
      const listings = await tx.sql<{ id: string; tenantId: string }[]>`
        select id, tenant_id as "tenantId" from listing order by id offset ${offset} limit ${batch}`
      const tenants = new Map(listings.map((listing) => [listing.id, listing.tenantId]))
      const times = await freeTimes(tx, { listingIds: [...tenants.keys()], from, to })
      return {
        listings: listings.length,
        times: times.map((time) => ({ ...time, tenantId: tenants.get(time.listingId) ?? '' })),
      }
    })
    if (found.listings === 0) break
    const lastStart = new Map<string, number>()
    for (const time of found.times) {
      const before = lastStart.get(time.listingId) ?? 0
      if (time.startsAt.getTime() - before < 7_200_000) continue
      lastStart.set(time.listingId, time.startsAt.getTime())
      slots.push(time)
    }
  }
  return slots.slice(0, count)
}
